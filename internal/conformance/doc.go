// Package conformance holds the simulator to the real backend: its tests run
// the same small scenarios through internal/sim and, led by
// internal/runner, against the fake backend in real time, as child
// processes and in containers, and compare how they came out.
//
// It has no code of its own and may import everything; nothing imports it.
package conformance
