// Package runner leads one real-time run from its plan to its history: it
// starts the backend, lets the shards of the fleet begin together, carries the
// timeline out, watches the backend, and audits the ledger at the end.
//
// It is where harness and live meet; neither knows of the other. It knows no
// k6 and gives no verdict.
package runner
