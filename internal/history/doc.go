// Package history is what a run records: counts in buckets of time, mergeable
// latency histograms, what the backend, the faults and the generator reported,
// and the audit of the ledger.
//
// A history is small, and two of them add up, so that each part of a fleet
// writes its own and nobody shares a lock. It can be written and read again. It
// may import the standard library, internal/field and internal/retry; it knows
// neither who records it nor who judges it.
package history
