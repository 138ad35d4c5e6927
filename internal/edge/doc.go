// Package edge finds where a probability crosses a bound, from trials that
// answer yes or no: along one parameter a Search narrows an interval and proves
// both of its ends, over two parameters a Map tells the cells apart. Whoever
// uses it makes the trials; it only says which ones come next, so that the
// answer depends on nothing but the answers.
//
// It is pure: no clock, no goroutine, no randomness, no input or output. It
// imports the standard library alone and must never import another package of
// this module, so that it knows levels and answers and nothing of scenarios.
package edge
