package history

import (
	"slices"
	"time"
)

// History is the whole record of one run. All times count from its beginning.
type History struct {
	Seed     uint64        `json:"seed,omitzero"`    // of the run; zero where it is not known
	Part     Part          `json:"part,omitzero"`    // of the fleet; zero where it is all of it
	Bucket   time.Duration `json:"bucket,omitzero"`  // length of a bucket
	Horizon  time.Duration `json:"horizon,omitzero"` // when the run was to end
	Buckets  []Bucket      `json:"buckets,omitzero"` // one per bucket of time, first to last; beyond the horizon, if it was watched for longer
	Nodes    []Node        `json:"nodes,omitzero"`   // one per node that gives statistics, in the order declared
	Links    []Link        `json:"links,omitzero"`   // one per pair of nodes of which one can call the other; the fleet's first; none from a node without statistics
	Groups   []Group       `json:"groups,omitzero"`  // of tenants: of each cohort if there are several, and of each shard
	Tenants  int           `json:"tenants,omitzero"` // of the whole fleet; zero where that is not known
	Trigger  Span          `json:"trigger,omitzero"` // from the first trigger's start to the last one's end
	Endless  bool          `json:"endless,omitzero"` // a trigger was declared to be on, or to come and go, at the horizon still
	Faults   []Fault       `json:"faults,omitzero"`
	Capacity float64       `json:"capacity,omitzero"` // attempts per second that the backend can serve, as declared
	Demand   float64       `json:"demand,omitzero"`   // sales per second that the fleet brings outside any spike, as declared
	// Varies says that the demand is declared to vary over the day, or that shops
	// close: Demand is then what it is a multiple of.
	Varies    bool          `json:"varies,omitzero"`
	Clients   Clients       `json:"clients,omitzero"` // what is declared of the clients' waiting
	Owed      Owed          `json:"owed,omitzero"`    // what the fleet had yet to hand in at the end of the record
	Logos     Logos         `json:"logos,omitzero"`   // how long they were red
	Generator Generator     `json:"generator,omitzero"`
	Ledger    Audit         `json:"ledger,omitzero"`
	Wasted    time.Duration `json:"wasted,omitzero"`    // service time spent on attempts nobody waited for any more
	Problem   string        `json:"problem,omitzero"`   // why the run proves nothing; empty if it ran to the end
	Disturbed []string      `json:"disturbed,omitzero"` // what happened to the run that nobody ordered, such as the death of a node, in words
	// Unobserved says that the backend, or a node of it, gives no statistics. What
	// the buckets and Wasted say of the backend (Queue, InFlight, Served, Worked and
	// Wasted) is then unknown, though it is zero. A node that gives them and could
	// not be asked is Blind instead.
	Unobserved bool `json:"unobserved,omitzero"`
}

// Part is the part of a fleet that one process drove: of the fleet cut into Of
// shards, those with these numbers, from 0. Terminal n belongs to shard n mod Of.
// The zero Part is the whole fleet.
type Part struct {
	Of     int   `json:"of,omitzero"`
	Shards []int `json:"shards,omitzero"`
}

// Holds says whether a terminal belongs to the part.
func (p Part) Holds(terminal uint32) bool {
	return p.Of <= 0 || slices.Contains(p.Shards, int(int64(terminal)%int64(p.Of)))
}

// Clients is how long the declared clients wait, over the whole fleet. Zero
// stands for not known.
type Clients struct {
	Timeout time.Duration `json:"timeout,omitzero"` // the shortest that an attempt waits for its answer
	Delay   time.Duration `json:"delay,omitzero"`   // about the longest until a client comes back with a sale
}

// Owed is the sales that terminals have in hand and are yet to send again.
type Owed struct {
	Retries  int64         `json:"retries,omitzero"`  // sales being tried that wait for their next try
	Unsynced int64         `json:"unsynced,omitzero"` // sales in offline queues
	Last     time.Duration `json:"last,omitzero"`     // when the last of these terminals next sends one; zero where there is none
}

// Add counts what another part of the fleet owes.
func (o *Owed) Add(p Owed) {
	o.Retries += p.Retries
	o.Unsynced += p.Unsynced
	o.Last = max(o.Last, p.Last)
}

// Span is a stretch of time, To excluded. The zero Span is empty.
type Span struct {
	From time.Duration `json:"from,omitzero"`
	To   time.Duration `json:"to,omitzero"`
}

// Bucket counts what happened in one stretch of time.
type Bucket struct {
	Demand   int64 `json:"demand,omitzero"`   // sales that customers brought
	Attempts int64 `json:"attempts,omitzero"` // requests put on the wire
	Good     int64 `json:"good,omitzero"`     // sales completed within their deadline
	Late     int64 `json:"late,omitzero"`     // sales completed after it
	Failed   int64 `json:"failed,omitzero"`   // sales given up for good
	Parked   int64 `json:"parked,omitzero"`   // sales moved to the offline queue
	// TurnedAway counts customers whom a terminal sent away, since its sale could not be
	// sent and nobody can pay offline.
	TurnedAway int64     `json:"turned_away,omitzero"`
	Outcomes   Outcomes  `json:"outcomes,omitzero"` // attempts ended, by cause
	Latency    Histogram `json:"latency,omitzero"`  // of sales completed without going offline, from when the customer brought them
	Attempt    Histogram `json:"attempt,omitzero"`  // of acknowledged attempts, from their intended send
	// What the backend and the fleet showed at the bucket's end.
	Queue    int64         `json:"queue,omitzero"`     // requests waiting in the backend
	InFlight int64         `json:"in_flight,omitzero"` // requests waiting or being served in the backend
	Pending  int64         `json:"pending,omitzero"`   // sales still being tried
	Unsynced int64         `json:"unsynced,omitzero"`  // sales in offline queues
	Hurt     int64         `json:"hurt,omitzero"`      // tenants of which a terminal's last sale was not completed in time, and online
	Red      int64         `json:"red,omitzero"`       // terminals that have some there: their logo is red
	Served   int64         `json:"served,omitzero"`    // requests the backend finished in this bucket
	Worked   time.Duration `json:"worked,omitzero"`    // service time spent in this bucket; zero if not known
	Wasted   time.Duration `json:"wasted,omitzero"`    // of that, spent in vain
	Blind    bool          `json:"blind,omitzero"`     // the backend could not be asked
}

// Fault is a trigger as it was carried out.
type Fault struct {
	Kind     string  `json:"kind,omitzero"`
	Node     string  `json:"node,omitzero"` // that it was done to, or that a name was to stand for
	Name     string  `json:"name,omitzero"` // that was changed; empty of any other trigger
	Link     string  `json:"link,omitzero"` // "from→to" of what strikes a link
	Span     Span    `json:"span,omitzero"`
	Applied  bool    `json:"applied,omitzero"`
	Removed  bool    `json:"removed,omitzero"`  // as probed, not as ordered
	Endless  bool    `json:"endless,omitzero"`  // it was declared to be on at the horizon still, and was not to be removed
	Share    float64 `json:"share,omitzero"`    // of the requests that an operator had turned away, or of what a link loses or breaks, or of the operations of a disk that fail; zero of any other trigger
	Evidence string  `json:"evidence,omitzero"` // what the probes saw
	Made     string  `json:"made,omitzero"`     // of a fault of a disk or of memory: by what, such as ByKernel
	Failure  string  `json:"failure,omitzero"`  // why it could not be brought on or taken away; empty if both went well
}

// What makes a fault of a disk, or of memory.
const (
	ByKernel    = "kernel"     // the file system itself; or what kills a process for want of memory
	ByFileLayer = "file layer" // the backend's own layer between its store and the files
	InModel     = "model"
)

// Generator is how well the load generator itself did.
type Generator struct {
	Lag         Histogram     `json:"lag,omitzero"`         // (actual − intended) time of each step; empty where that is not known
	LagP99      time.Duration `json:"lag_p99,omitzero"`     // its 99th percentile
	Undelivered int64         `json:"undelivered,omitzero"` // attempts that could not be put on the wire for our own faults
	CPU         time.Duration `json:"cpu,omitzero"`         // processor time of the generator's process
	Wall        time.Duration `json:"wall,omitzero"`        // real time it took
	Cores       int           `json:"cores,omitzero"`       // processors it could use; 0 where time is virtual
	// Busiest is the highest share of its processors that one of several processes
	// used; zero of a generator that was one process.
	Busiest float64 `json:"busiest,omitzero"`
}

// Audit compares the ledger with what the terminals believe.
//
// Where several processes drive a fleet, none of them knows what the terminals of
// another believe. There are two sound ways: each of them reads the ledger and
// looks only at the entries of its own terminals (Part.Holds), so that each entry
// is looked at once and the audits add up; or one of them is given what all
// terminals believe, audits once, and says so with Whole.
type Audit struct {
	// None says that the backend has no ledger to be read, so that nothing is known
	// of what it recorded. One that it has and that could not be read is a Failure.
	None       bool   `json:"none,omitzero"`
	Whole      bool   `json:"whole,omitzero"`      // it covers the terminals of other parts, too
	Done       bool   `json:"done,omitzero"`       // the ledger could be read
	Failure    string `json:"failure,omitzero"`    // why it could not; empty if it could
	Entries    int64  `json:"entries,omitzero"`    // sales in the ledger, copies included
	Lost       int64  `json:"lost,omitzero"`       // acknowledged to a terminal, not in the ledger
	Duplicated int64  `json:"duplicated,omitzero"` // entries beyond the first of the same sale
	Misdated   int64  `json:"misdated,omitzero"`   // recorded at another time than the terminal sold it
	Unknown    int64  `json:"unknown,omitzero"`    // in the ledger, though the terminal was never told so
	Conflicts  int64  `json:"conflicts,omitzero"`  // records that two ledgers wrote while apart, by different sales
	Behind     int64  `json:"behind,omitzero"`     // sales that a copy of their ledger lacked at the end
}
