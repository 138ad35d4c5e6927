// Package network is what lies between those who call and those who are called: the
// names by which nodes are found, and how long an old answer is kept.
//
// It is sans-IO: it takes now and answers from the declaration, the timeline and the
// run's seed alone. It may import the standard library, internal/field and
// internal/fault.
package network
