// Package retry decides whether and when a client tries again.
//
// Policies are immutable and shared by all who use them; what changes is kept
// in a Session (one sale) and a Client (one terminal), both plain values. No
// function waits or reads a clock: each takes now, the time since the run
// began, and answers with a Decision that a driver carries out.
//
// It may import the standard library and internal/field, never net, os, a
// clock or a global random source. The simulator and the live run share it,
// which is what makes the one's answer mean something for the other.
package retry
