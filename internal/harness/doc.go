// Package harness starts and stops the fake backend, in a container or as a
// child process, and carries out and probes the faults of the timeline.
//
// Whatever it starts, it takes down: at the end of a run, on a signal, and,
// through a reaper process that outlives a killed harness, after that too.
// It may import fakes and the sans-IO packages; it knows no k6 and no terminal.
package harness
