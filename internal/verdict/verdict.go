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
	Reason        string        // one sentence, with figures
	Evidence      Evidence
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
	Sustained     string        // what kept it going: "retries", "wasted work", "backlog", or empty
}
