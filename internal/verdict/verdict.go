package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
)

// Kind is how a run came out.
type Kind uint8

// The kinds of verdict. Only Healthy and Recovered pass a gate by themselves.
const (
	Invalid    Kind = iota // the run proves nothing
	Healthy                // never left the healthy band
	Recovered              // left it, came back in the time allowed, and stayed
	Degraded               // improving at the end, but not back in time
	Collapsed              // trigger gone, demand below capacity, and no return
	Overloaded             // organic demand alone exceeds capacity
)

var kinds = []string{"invalid", "healthy", "recovered", "degraded", "collapsed", "overloaded"}

func (k Kind) String() string { return kinds[k] }

// MarshalText gives the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *Kind) UnmarshalText(text []byte) error { return field.Word(k, text, kinds) }

// Passes says whether the kind passes a gate where nothing else is expected.
func (k Kind) Passes() bool { return k == Healthy || k == Recovered }

// Verdict is the answer with its evidence.
type Verdict struct {
	Kind          Kind
	TimeToRecover time.Duration // from the trigger's end; only of a Recovered
	// Final says that watching for longer changes nothing, but by chance.
	Final    bool
	Reason   string // what happened, why that is sure, and what is still open, with figures
	Open     *Open  // what a verdict that is not final waits for; else nil
	Evidence Evidence
	Groups   []Group // of tenants, in the order of the history's
}

// Window is one stretch of the run as it was judged.
type Window struct {
	From, To      time.Duration
	Demand        float64 // sales per second that customers brought
	Goodput       float64 // sales per second completed in time
	Amplification float64 // attempts per sale brought
	P99           time.Duration
	Healthy       bool
}

// Evidence is what the verdict rests on.
type Evidence struct {
	Baseline      Window        // what healthy meant
	Final         Window        // the last Hold windows together
	Windows       []Window      // from the trigger's start on
	Thresholds    Config        // as applied, defaults filled in
	Trigger       history.Span  // when the trigger was on
	Censored      time.Duration // without a return: how long one was waited for
	Capacity      float64       // attempts per second, as declared
	Amplification float64       // attempts per sale from the trigger's end on
	WastedShare   float64       // of the service time from the trigger's end on, the share spent in vain
	Backlog       int64         // at the end: waiting in the backend, being tried, and unsynced
	Sustained     string        // what kept it going: "retries", "slow service", "wasted work", "backlog", or empty
	Scale         time.Duration // the system's own time scale: until clients have come back
	Outage        time.Duration // from the trigger's end to the return for good, or as long as was watched
	Over          bool          // the outage is
	Out           time.Duration // since when it has been outside its band, or its trigger gone; of a run outside it
	Watched       time.Duration // how long was watched, since the run began; beyond the horizon in virtual time
	Flow          *Flow         // where the capacity goes; nil of a run that came back
	// Unobserved says that the backend gives no statistics: WastedShare and the
	// Served of Flow are unknown, though they are zero, and so is what waits in the
	// backend, of which Backlog and BacklogGrowth know nothing.
	Unobserved bool
	// Hurt is how many tenants were hurt; nil where it is not known how many there are.
	Hurt *Hurt
	// WithoutRetries is how the same run went with retries switched off; nil if
	// that was not tried.
	WithoutRetries *WithoutRetries
}

// Flow is the balance over the stretch on which a verdict of a run outside its
// band rests, per second.
type Flow struct {
	From, To      time.Duration
	Demand        float64 // sales that customers brought
	Attempts      float64
	Rejected      float64 // attempts that the backend turned away
	Served        float64 // requests that it finished
	Completed     float64 // sales completed, in time or late
	Capacity      float64 // attempts that can be served, as declared; zero if not known
	BacklogGrowth float64 // by how much the backlog grew
	Failed        float64 // sales given up for good
	// Busiest is the node with the most requests for what it can serve; nil where
	// there is one node, or no figures of several.
	Busiest *Load
}

// Load is what a node got and served, in requests per second.
type Load struct {
	Node            string
	Arrived, Served float64
	Capacity        float64 // what it can serve, as declared
}

// WithoutRetries is the counterfactual: the same run, of the same seed, with the
// clients' retries switched off from a moment on.
type WithoutRetries struct {
	From     time.Duration // when they were switched off
	Until    time.Duration // up to when that run was watched
	Returned bool          // it came back into its band, and was there for most of the time
	After    time.Duration // how long after From
}
