// Package terminal is one point-of-sale terminal: it sells, sends, retries,
// gives up, goes offline and syncs.
//
// A Terminal takes events with the time at which they happen and returns
// effects as data; it never waits, reads no clock and does no I/O. The live
// driver turns its effects into HTTP requests and timers, the simulator into
// events in virtual time. It may import the standard library, internal/field,
// internal/retry, internal/fault and internal/history.
package terminal
