package backend

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Config declares one node.
type Config struct {
	Name    string  `json:"name"`
	Workers int     `json:"workers"` // requests served at once
	Service Service `json:"service"`
	Queue   Queue   `json:"queue"`
	// Slowdown makes service slower under load; none if nil.
	Slowdown *Slowdown `json:"slowdown"`
	// Abandoned says what becomes of a request whose client has left.
	Abandoned Abandoned `json:"abandoned"`
	// DeadlinePropagation drops a request that reaches the head of the queue
	// at or after the client's own deadline, which it carries with it.
	DeadlinePropagation bool `json:"deadlinePropagation"`
	// Shed turns requests away while the queue is long; none if nil.
	Shed *Shed `json:"shed"`
	// Idempotency says whether the ledger knows a sale it has already recorded.
	Idempotency Idempotency `json:"idempotency"`
	// CPUs and Memory bound the container; no bound if zero.
	CPUs   float64     `json:"cpus"`
	Memory field.Bytes `json:"memory"`
}

// Service is how long a worker takes for one request.
type Service struct {
	Mean         time.Duration `json:"mean"`
	Distribution Distribution  `json:"distribution"`
	// Sigma is the standard deviation of the logarithm of a lognormal service
	// time; 0.5 if zero. The other laws have none.
	Sigma float64 `json:"sigma"`
	// Work says whether the time is waited or burned on a processor.
	Work Work `json:"work"`
}

// Queue is where requests wait for a worker.
type Queue struct {
	// Limit is how many may wait; a request beyond it is rejected. 1000 if zero.
	Limit      field.Limit `json:"limit"`
	Discipline Discipline  `json:"discipline"`
}

// Slowdown multiplies the service time of a request that begins while the load
// is above a bound.
type Slowdown struct {
	Above float64 `json:"above"`
	Times float64 `json:"times"`
	// Measure says what Above counts: requests in the node, the one that begins
	// included, or arrivals in the last second, whether turned away or not.
	Measure Measure `json:"measure"`
}

// Shed rejects requests while Queue or more are waiting.
type Shed struct {
	Queue int `json:"queue"` // at most the queue's limit
	// RetryAfter goes out with the rejection, in whole seconds; none if zero.
	RetryAfter time.Duration `json:"retryAfter"`
}

// Capacity is the requests per second that the node can finish outside any
// fault: its workers by its mean service time, and no more than its processors
// can burn.
func (c Config) Capacity() float64 {
	workers := float64(c.Workers)
	if c.Service.Work == Burned && c.CPUs > 0 {
		workers = min(workers, c.CPUs)
	}
	return workers / c.Service.Mean.Seconds()
}
