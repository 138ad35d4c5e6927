package reports

import (
	"encoding/json"
	"time"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Schema names the layout of result.json. Fields may be added under the same
// name; none changes its meaning or goes away.
const Schema = "retrystorm.result/v1"

// Result is what result.json holds. All times in it and in its parts are
// seconds, and count from the beginning of their run; a figure that cannot be
// told (a percentile of nothing) is nil, null in JSON, and never zero.
type Result struct {
	Schema     string            `json:"schema"`
	Scenario   string            `json:"scenario"`
	Engine     string            `json:"engine"`
	Seed       uint64            `json:"seed"`
	StartedAt  time.Time         `json:"started_at,omitzero"` // RFC 3339; left out where time is virtual
	Versions   map[string]string `json:"versions"`
	Passed     bool              `json:"passed"`
	Incomplete bool              `json:"incomplete,omitempty"` // broken off before every run was made
	Runs       int               `json:"runs,omitempty"`       // how many of each variant were asked for
	Variants   []Variant         `json:"variants"`
	// Declaration is the scenario as it was run, with which it can be run again.
	Declaration json.RawMessage `json:"declaration,omitempty"`
}

// Variant is one variant of the scenario with its runs.
type Variant struct {
	Name   string `json:"name"`
	Expect string `json:"expect"` // in words, such as "healthy or recovered"
	// ExpectKinds are the verdicts that were expected. Without them, as in results
	// of earlier versions, they are those that Expect names.
	ExpectKinds []verdict.Kind `json:"expect_kinds,omitempty"`
	AtLeast     float64        `json:"at_least,omitempty"` // the probability that the runs had to show
	Passed      bool           `json:"passed"`
	Probability Probability    `json:"probability"`
	Gates       []Gate         `json:"gates,omitempty"`    // what had to hold beyond the verdict
	Collapse    *Collapse      `json:"collapse,omitempty"` // how long a collapse goes on that only chance ends
	Runs        []Run          `json:"runs"`
}

// Probability is how often a variant came out as expected: K of N runs, and
// the 95% Wilson interval of the true share. Invalid runs prove nothing either
// way: they are not in N.
type Probability struct {
	Kind    string  `json:"kind"` // what was counted; the variant's Expect
	K       int     `json:"k"`
	N       int     `json:"n"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Invalid int     `json:"invalid,omitempty"` // runs left out of N
}

// Gate is one thing that had to hold of a variant's runs beyond their verdict.
type Gate struct {
	Name        string      `json:"name"`  // "time_to_recover", "collapse", "amplification", "lost" or "duplicated"
	Below       float64     `json:"below"` // what each run had to stay below: seconds, attempts per sale or sales
	Passed      bool        `json:"passed"`
	Probability Probability `json:"probability"` // how often it held; runs that cannot tell are not in N
	// Worst is the highest figure of a run, nil where a run has none, as one that
	// never recovered; WorstSeed is the seed of that run.
	Worst     *float64 `json:"worst"`
	WorstSeed uint64   `json:"worst_seed"`
}

// Collapse is how long a collapse goes on that only chance ends; see
// decision.Collapse.
type Collapse struct {
	Runs  int      `json:"runs"`   // that have stood so long
	Ended int      `json:"ended"`  // of those, that came back while they were watched
	MeanS *float64 `json:"mean_s"` // how long it goes on; nil where none has ended
	LowS  float64  `json:"low_s"`  // the interval of that
	HighS *float64 `json:"high_s"` // nil where none has ended
}

// Run is one run of a variant.
type Run struct {
	Seed      uint64    `json:"seed"`
	Verdict   Verdict   `json:"verdict"`
	Problem   string    `json:"problem,omitempty"` // why the run did not end as planned
	Totals    Totals    `json:"totals"`
	Generator Generator `json:"generator"`
	Phases    []Phase   `json:"phases"`
	Series    Series    `json:"series"`
	Faults    []Fault   `json:"faults"`
	Nodes     []Node    `json:"nodes,omitempty"`  // in the order declared; none where they were not told apart
	Links     []Link    `json:"links,omitempty"`  // pairs of nodes of which one can call the other; the fleet's first
	Groups    []Group   `json:"groups,omitempty"` // of tenants; none where there is one cohort, and no link to shards
	// Blast is how many tenants were hurt at once; nil where that is not known.
	Blast *BlastRadius `json:"blast_radius,omitempty"`
	// Unobserved says that the backend, or a node of it, gave no statistics, so that
	// the run was judged by what its clients saw. Figures of the backend are nil, and
	// a node that gave none is not among Nodes.
	Unobserved bool `json:"unobserved,omitempty"`
}

// Verdict is how a run came out and why.
type Verdict struct {
	Kind           verdict.Kind `json:"kind"`
	TimeToRecoverS *float64     `json:"time_to_recover_s"` // from the trigger's end; only of a recovered run
	Reason         string       `json:"reason"`
	Final          bool         `json:"final,omitempty"` // longer watching changes nothing, but by chance
	Open           *Open        `json:"open,omitempty"`  // what a verdict that is not final waits for
	Evidence       Evidence     `json:"evidence"`
}

// Open is what a verdict that is not final waits for.
type Open struct {
	What    string   `json:"what"`
	Waiting int64    `json:"waiting"` // sales and requests that were still waiting
	TellsS  *float64 `json:"tells_s"` // about when a watch would tell; nil if nobody knows
}

// Totals counts the whole run.
type Totals struct {
	Sales         int64            `json:"sales"` // brought by customers
	Attempts      int64            `json:"attempts"`
	Amplification *float64         `json:"amplification"`           // attempts per sale
	Completed     int64            `json:"completed"`               // Good and Late
	Good          int64            `json:"good"`                    // completed within the deadline
	Late          int64            `json:"late"`                    // completed after it
	Failed        int64            `json:"failed"`                  // given up for good
	TurnedAway    int64            `json:"turned_away,omitempty"`   // customers sent away, since nobody could pay offline
	RedUntilS     *float64         `json:"red_until_s,omitempty"`   // since the run began, when the last red logo turned blue, or the end; nil if none was red
	LongestRedS   *float64         `json:"longest_red_s,omitempty"` // the longest that one store had unsynced sales; likewise
	Pending       int64            `json:"pending"`                 // still being tried at the end
	Unsynced      int64            `json:"unsynced"`                // in offline queues at the end
	Lost          *int64           `json:"lost"`                    // acknowledged, not in the ledger; nil if there is none or it could not be read
	Duplicated    *int64           `json:"duplicated"`              // ledger entries beyond a sale's first; likewise
	Misdated      *int64           `json:"misdated"`                // recorded at another time than sold; likewise
	Conflicts     int64            `json:"conflicts,omitempty"`     // records that two ledgers wrote while apart, by different sales
	Behind        int64            `json:"behind,omitempty"`        // sales that a copy of their ledger lacked at the end
	WastedWorkS   *float64         `json:"wasted_work_s"`           // service time nobody waited for any more; nil if not known
	WorkS         *float64         `json:"work_s"`                  // all service time; nil if not known
	Outcomes      map[string]int64 `json:"outcomes"`                // attempts ended, by cause
}

// Generator is how well the load generator itself did.
type Generator struct {
	LagP99S     float64 `json:"lag_p99_s"`
	Undelivered int64   `json:"undelivered"`
	CPUS        float64 `json:"cpu_s"`
	WallS       float64 `json:"wall_s"`
	Cores       int     `json:"cores"` // 0 where time is virtual; CPUS and WallS are 0 then, too
}

// Phase is the run before, during or after the trigger, in whole buckets: one
// that the trigger touches belongs to the trigger.
type Phase struct {
	Name            string   `json:"name"` // "baseline", "trigger" or "recovery"
	FromS           float64  `json:"from_s"`
	ToS             float64  `json:"to_s"`
	DemandPerS      float64  `json:"demand_per_s"`
	GoodputPerS     float64  `json:"goodput_per_s"`
	ErrorsPerS      float64  `json:"errors_per_s"`
	AttemptsPerSale *float64 `json:"attempts_per_sale"`
	P50S            *float64 `json:"p50_s"` // of completed sales, from the moment they were brought
	P99S            *float64 `json:"p99_s"`
}

// Series is the run bucket by bucket: lists of equal length.
type Series struct {
	TS       []float64  `json:"t_s"`      // where the bucket starts
	Demand   []float64  `json:"demand"`   // sales brought per second
	Attempts []float64  `json:"attempts"` // per second
	Goodput  []float64  `json:"goodput"`  // sales completed in time per second
	Errors   []float64  `json:"errors"`   // attempts per second that ended without an acknowledgement, but for cancelled ones
	Queue    []*int64   `json:"queue"`    // waiting in the backend at the bucket's end; nil where it could not be asked
	InFlight []*int64   `json:"in_flight"`
	Unsynced []int64    `json:"unsynced"`       // sales in offline queues at the bucket's end
	Hurt     []int64    `json:"hurt,omitempty"` // tenants that were hurt at its end; nil where it is not known how many there are
	Red      []int64    `json:"red,omitempty"`  // terminals that had unsynced sales then; nil if none ever had
	Pending  []int64    `json:"pending"`        // sales still being tried at the bucket's end
	Wasted   []*float64 `json:"wasted"`         // service time spent in vain per second; nil if not known
	P50S     []*float64 `json:"p50_s"`          // median time to complete a sale
	P99S     []*float64 `json:"p99_s"`          // its 99th percentile
	// ErrorsBy parts Errors by cause; causes that never occur are left out.
	ErrorsBy map[string][]float64 `json:"errors_by"`
}

// Fault is a trigger as it was carried out.
type Fault struct {
	Kind     string  `json:"kind"`
	Node     string  `json:"node"`           // that it was done to, or that a name was to stand for
	Link     string  `json:"link,omitempty"` // "from→to" of a fault of a link
	FromS    float64 `json:"from_s"`
	ToS      float64 `json:"to_s"`
	Name     string  `json:"name,omitempty"`  // that an order changed
	Share    float64 `json:"share,omitempty"` // of a shed: of the requests that arrived; of a loss or a reset: of what passed
	Applied  bool    `json:"applied"`         // as probed, not as ordered
	Removed  bool    `json:"removed"`
	Endless  bool    `json:"endless,omitempty"`  // it was declared to be on at the horizon still
	Evidence string  `json:"evidence,omitempty"` // what the probes saw
	Made     string  `json:"made,omitempty"`     // of a fault of a disk or of memory: "kernel", "file layer" or "model"
}
