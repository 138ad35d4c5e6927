// Package console says what the terminal can show that a file of this process
// is, if it is one: how wide it is, whether colours are wanted, and whether its
// font has the characters of small charts.
//
// It imports the standard library and golang.org/x/term. What is drawn is the
// business of its callers.
package console
