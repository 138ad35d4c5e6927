// Package store is what is durable of a node that records sales: its disk, as a core
// without clock, network or files.
//
// It says what a disk is declared to take and what is wrong with it (State), how each
// state makes an operation end, and which commits share an fsync (Disk). The simulator
// schedules a Disk; the fake backend's file layer enacts a State on real files.
//
// It may import the standard library and internal/field.
package store
