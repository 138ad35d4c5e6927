// Package topology is the graph of a backend's nodes and the links between them,
// checked and resolved: where the fleet sends, whom each can call, how often a
// sale visits each, and how many sales the whole can serve.
//
// It is pure. It may import the standard library, internal/backend,
// internal/caller, internal/field and internal/network.
package topology
