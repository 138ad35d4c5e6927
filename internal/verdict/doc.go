// Package verdict judges a run: history in, verdict with evidence out.
//
// It is a pure function. It knows no engine and no scenario, only what was
// recorded and how strictly to look; the same history always gives the same
// verdict. It may import the standard library, internal/field, internal/retry
// and internal/history.
package verdict
