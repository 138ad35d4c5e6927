// Package fakes is the fake POS backend: an HTTP server around one
// internal/node, with a durable ledger of the sales it has accepted, unless it is
// declared to keep none. It calls other nodes over HTTP, as its links say.
//
// It takes load on one port and orders on another, the control port, which
// needs the run's token. It is the same program as the harness: a process
// whose name (argv[0]) is [Name] becomes the backend, so that the one static
// binary is also all that its container image holds. It exits by itself when
// the harness's heartbeat stops.
//
// What the load port answers to POST /v1/sales:
//
//	201  recorded, and on disk; or passed on to the nodes that it calls
//	200  recorded before; nothing was added
//	400  the headers make no sense
//	500  the ledger cannot write
//	502  a call to another node failed
//	503  turned away, with Retry-After if the node is declared so, or by a node
//	     that it calls, with the Retry-After that came from there; marked read-only
//	     by a copy of another node's ledger that is not promoted
//	504  the client's own deadline passed before the service began, or a call to
//	     another node timed out
//
// and nothing at all where the node drops what it turns away: the connection
// stays open until the client leaves, for backend.Hold at the most. A share of
// the requests is turned away on an order that comes over the control port.
//
// The load port is valyala/fasthttp, as net/http takes half as much processor
// time again per request and twice the memory per idle connection. What
// fasthttp lacks, noticing that a client leaves while its request waits, is
// conn.go.
//
// A call to another node is a connection of fasthttp's pool, written to by
// internal/protocol: a request that is passed on takes 40 µs of processor time, with
// net/http's Transport 54 µs (BenchmarkForward, 16 connections), and a connection
// can be closed at once when the node gives its call up.
//
// It may import internal/node and what lies below it, internal/protocol and
// internal/processor, never the harness.
package fakes
