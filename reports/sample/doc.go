// Package sample gives results to the tests of what renders them: real ones,
// simulated once and kept here, and variants made of their runs. Only tests
// import it.
//
// It may import the standard library, reports, internal/experiment and
// internal/verdict.
package sample
