// Package race tells tests whether the race detector watches them, which makes
// them ten times slower: a statistical test of one goroutine then takes a
// smaller sample, and the whole one without the detector. It is for tests
// alone, may be imported by all of them and imports nothing.
package race
