// Package fault is the catalogue of triggers and the timeline they stand on:
// what goes wrong, when, for how long.
//
// It says what is to happen and computes what follows from that alone (such as
// the demand at a moment); carrying a fault out is the harness's or the
// simulator's. It may import the standard library, internal/field
// and internal/store.
package fault
