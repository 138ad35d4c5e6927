// Package fakes is the fake POS backend: an HTTP server around
// internal/backend, with a durable ledger of the sales it has accepted.
//
// It takes load on one port and orders on another, the control port, which
// needs the run's token. It is the same program as the harness: a process
// whose name (argv[0]) is [Name] becomes the backend, so that the one static
// binary is also all that its container image holds. It exits by itself when
// the harness's heartbeat stops.
package fakes
