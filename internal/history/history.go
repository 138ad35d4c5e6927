package history

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// History is the whole record of one run. All times count from its beginning.
type History struct {
	Bucket    time.Duration // length of a bucket
	Horizon   time.Duration // when the run was to end
	Buckets   []Bucket      // one per bucket of time, first to last
	Trigger   Span          // from the first trigger's start to the last one's end
	Faults    []Fault
	Capacity  float64 // attempts per second that the backend can serve, as declared
	Demand    float64 // sales per second that the fleet brings outside any spike, as declared
	Generator Generator
	Ledger    Audit
	Wasted    time.Duration // service time spent on attempts nobody waited for any more
	Problem   string        // why the run proves nothing; empty if it ran to the end
}

// Span is a stretch of time, To excluded. The zero Span is empty.
type Span struct{ From, To time.Duration }

// Bucket counts what happened in one stretch of time.
type Bucket struct {
	Demand   int64               // sales that customers brought
	Attempts int64               // requests put on the wire
	Good     int64               // sales completed within their deadline
	Late     int64               // sales completed after it
	Failed   int64               // sales given up for good
	Parked   int64               // sales moved to the offline queue
	Outcomes [retry.Causes]int64 // attempts ended, by cause
	Latency  Histogram           // of sales completed without going offline, from when the customer brought them
	Attempt  Histogram           // of acknowledged attempts, from their intended send
	// What the backend and the fleet showed at the bucket's end.
	Queue    int64         // requests waiting in the backend
	InFlight int64         // requests waiting or being served in the backend
	Pending  int64         // sales still being tried
	Unsynced int64         // sales in offline queues
	Served   int64         // requests the backend finished in this bucket
	Worked   time.Duration // service time spent in this bucket; zero if not known
	Wasted   time.Duration // of that, spent in vain
	Blind    bool          // the backend could not be asked
}

// Fault is a trigger as it was carried out.
type Fault struct {
	Kind, Node       string
	Span             Span
	Applied, Removed bool   // as probed, not as ordered
	Evidence         string // what the probes saw
}

// Generator is how well the load generator itself did.
type Generator struct {
	LagP99      time.Duration // 99th percentile of (actual − intended) time of a step
	Undelivered int64         // attempts that could not be put on the wire for our own faults
	CPU         time.Duration // processor time of the generator's process
	Wall        time.Duration // real time it took
	Cores       int           // processors it could use; 0 where time is virtual
}

// Audit compares the ledger with what the terminals believe.
type Audit struct {
	Done       bool  // the ledger could be read
	Entries    int64 // sales in the ledger, copies included
	Lost       int64 // acknowledged to a terminal, not in the ledger
	Duplicated int64 // entries beyond the first of the same sale
	Misdated   int64 // recorded at another time than the terminal sold it
	Unknown    int64 // in the ledger, though the terminal was never told so
}
