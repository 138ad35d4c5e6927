// Package harness starts and stops the nodes of a backend, each in a container or
// as a child process, and carries out and probes the faults of the timeline.
//
// An [Engine] starts a [Backend], which is the nodes of a graph; what a node runs in,
// a process or a container, is an instance, which takes orders and can be looked at. A
// fault is an order to one node and a condition that must then show, both to the
// system and to whoever asks the node itself; the table is in fault.go.
//
// Containers of several nodes are on a network of their own. A node that others call
// has its address there from a sandbox, a container beside it that stays up when the
// node goes down; see sandbox.go.
//
// Whatever it starts, it takes down: at the end of a run, on a signal, and,
// through a reaper, after that too. The reaper is this program once more, one
// process beside each harness, with nothing but a pipe between them. It is told
// the name of each thing before that is made, and what is gone again; when the
// pipe breaks it destroys what is left. A process has no name to be known by
// before it runs, and its number may be another's after it ended, so it carries
// a mark in its environment. It needs /proc, as the probes do, so Linux.
//
// It may import fakes and the sans-IO packages; it knows no k6 and no terminal.
package harness
