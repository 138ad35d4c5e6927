// Package sim runs a scenario in virtual time: the terminals of
// internal/terminal against the node of internal/backend, without sockets,
// clocks or goroutines.
//
// It carries out the effects of both cores as events ordered by the time at
// which they happen and then by the order in which they were caused. The wire
// takes no time. Same plan, same seed: the same history, bit for bit.
//
// It may import the standard library, internal/experiment, internal/terminal,
// internal/backend, internal/fault, internal/field, internal/history and
// internal/retry; never the packages that touch the network or the clock.
package sim
