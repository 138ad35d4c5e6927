// Package k6x is the k6 adapter: it gives scripts the module k6/x/retrystorm,
// turns what they declare into an experiment, lets k6's VUs drive it, and
// hands k6 the metrics, the thresholds and the exit code.
//
// It converts, calls and emits. Which runs are made is decided in
// internal/campaign, what a run means in internal/verdict, and what all of them
// come to in internal/decision.
package k6x
