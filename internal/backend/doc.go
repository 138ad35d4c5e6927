// Package backend is one node of a finite backend: its admission, queue,
// workers and protections, as a core without clock, network or disk.
//
// A Node takes events with the time at which they happen and returns effects
// as data. The fake backend turns the effects into HTTP answers and real work;
// the simulator turns them into events in virtual time. It may import the
// standard library, internal/caller, internal/field, internal/retry and internal/store.
package backend
