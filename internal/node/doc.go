// Package node is one whole node of the backend as a core without clock, network
// or disk: its queue, workers and protections, which internal/backend decides
// about, the calls to other nodes, which internal/caller decides about, and whether
// it is up, down or frozen.
//
// A driver steps a Node with what happens and carries out the effects. The fake
// backend does so in real time, the simulator in virtual time.
//
// It may import the standard library, internal/backend, internal/caller,
// internal/fault, internal/field, internal/retry and internal/store.
package node
