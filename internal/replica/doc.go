// Package replica keeps account of a ledger and of an asynchronous copy of it: what the
// copy lacks, what each of the two took while they were apart, and what of that is in
// conflict.
//
// It is sans-IO: it takes now and what was written, and gives counts. It may import the
// standard library alone.
package replica
