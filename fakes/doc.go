// Package fakes is the fake POS backend: an HTTP server around
// internal/backend, with a durable ledger of the sales it has accepted.
//
// It takes load on one port and orders on another, the control port, which
// needs the run's token. It is the same program as the harness: a process
// whose name (argv[0]) is [Name] becomes the backend, so that the one static
// binary is also all that its container image holds. It exits by itself when
// the harness's heartbeat stops.
//
// What the load port answers to POST /v1/sales:
//
//	201  recorded, and on disk
//	200  recorded before; nothing was added
//	400  the headers make no sense
//	500  the ledger cannot write
//	503  turned away, with Retry-After if the node is declared so
//	504  the client's own deadline passed before the service began
//
// The load port is valyala/fasthttp, as net/http takes half as much processor
// time again per request and twice the memory per idle connection. What
// fasthttp lacks, noticing that a client leaves while its request waits, is
// line.go.
//
// It may import internal/backend and internal/field, never the harness.
package fakes
