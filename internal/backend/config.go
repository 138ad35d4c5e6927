package backend

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Config declares one node.
type Config struct {
	Name string `json:"name"`
	// Region is where it stands, for faults that strike a whole region; nowhere if
	// empty.
	Region string `json:"region"`
	// Workers is how many requests are served at once. If unbounded, none ever
	// waits.
	Workers field.Limit `json:"workers"`
	Service Service     `json:"service"`
	Queue   Queue       `json:"queue"`
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
	// Calls are the links over which it calls other nodes for each request, one
	// after the other, once its own service is over. The worker is busy until the
	// last of them has answered; a call that fails for good fails the request.
	Calls []caller.Config `json:"calls"`
	// Ledger says whether the node records the sales. If nil, it does so where it
	// calls no other node.
	Ledger *bool `json:"ledger"`
	// Replica says whose ledger it keeps a copy of; of none if nil.
	Replica *Replica `json:"replica"`
	// Disk is the disk under the ledger. If nil, a commit takes what the machine's own
	// disk takes, nothing in the model, and no worker waits for it; of a declared one a
	// worker waits for the end of its commit. Only a node that records sales has one.
	Disk *store.Config `json:"disk"`
	// Warmup makes service slower after a restart. None if nil.
	Warmup *Warmup `json:"warmup"`
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
	// Limit is how many may wait; a request beyond it is turned away. 1000 if
	// zero. With field.None whoever finds no free worker is turned away.
	Limit      field.Limit `json:"limit"`
	Discipline Discipline  `json:"discipline"`
	// Overflow says how a request beyond the limit is turned away.
	Overflow Refusal `json:"overflow"`
}

// Shed turns requests away while no worker is free and Queue or more requests
// are waiting.
type Shed struct {
	// Queue is a length of the queue, at most its limit; it must be declared.
	Queue *int `json:"queue"`
	// RetryAfter goes out with the rejection, in whole seconds; none if zero.
	RetryAfter time.Duration `json:"retryAfter"`
	// Refusal says how a request is turned away.
	Refusal Refusal `json:"refusal"`
}

// Records says whether the node keeps a ledger of the sales.
func (c *Config) Records() bool {
	if c.Ledger != nil {
		return *c.Ledger
	}
	return len(c.Calls) == 0
}

// Capacity is the requests per second that the node can finish outside any
// fault, not counting a slowdown: its workers by its mean service time, and no
// more than its processors can burn. It is zero, for unknown, where neither
// bounds it.
func (c Config) Capacity() float64 {
	workers := float64(c.Workers)
	if c.Service.Work == Burned && c.CPUs > 0 {
		workers = min(workers, c.CPUs)
	} else if c.Workers == field.Unbounded {
		return 0
	}
	return workers / c.Service.Mean.Seconds()
}
