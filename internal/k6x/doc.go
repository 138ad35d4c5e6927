// Package k6x is the k6 adapter: it gives scripts the module k6/x/retrystorm,
// turns what they declare into an experiment, lets k6's VUs drive it, and
// hands k6 the metrics, the thresholds and the exit code.
//
// It converts, calls and emits; what a run is lies in internal/conductor, what
// it means in internal/verdict.
package k6x
