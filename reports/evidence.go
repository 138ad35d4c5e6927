package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Evidence is what a verdict rests on.
type Evidence struct {
	Baseline      Window     `json:"baseline"`
	Final         Window     `json:"final"`
	Windows       []Window   `json:"windows"` // from the trigger's start on
	Thresholds    Thresholds `json:"thresholds"`
	Trigger       Span       `json:"trigger"`
	CensoredS     float64    `json:"censored_s"` // without a return: how long one was waited for
	CapacityPerS  *float64   `json:"capacity_per_s"`
	Amplification *float64   `json:"amplification"`         // attempts per sale from the trigger's end on
	WastedShare   *float64   `json:"wasted_share"`          // of the service time from the trigger's end on
	Backlog       *int64     `json:"backlog"`               // waiting in the backend, being tried and unsynced at the end; nil if the backend gave no statistics
	Sustained     string     `json:"sustained"`             // what kept it going; may be empty
	OutageS       *float64   `json:"outage_s,omitempty"`    // from the trigger's end to the return for good, or as long as was watched
	OutageOver    bool       `json:"outage_over,omitempty"` // it came back for good
	ScaleS        *float64   `json:"scale_s,omitempty"`     // the system's own time scale: until clients have come back
	WatchedS      *float64   `json:"watched_s,omitempty"`   // up to when it was watched: beyond the horizon where time is virtual
	Flow          *Flow      `json:"flow,omitempty"`        // where the capacity goes; of a run outside its band
	// WithoutRetries is how the same run went with retries switched off; left out
	// where that was not tried.
	WithoutRetries *WithoutRetries `json:"without_retries,omitempty"`
}

// Flow is the balance over the stretch on which the verdict rests.
type Flow struct {
	FromS         float64  `json:"from_s"`
	ToS           float64  `json:"to_s"`
	DemandPerS    float64  `json:"demand_per_s"`
	AttemptsPerS  float64  `json:"attempts_per_s"`
	RejectedPerS  float64  `json:"rejected_per_s"`  // attempts that the backend turned away
	ServedPerS    *float64 `json:"served_per_s"`    // requests that it finished; nil if not known
	CompletedPerS float64  `json:"completed_per_s"` // sales, in time or late
	FailedPerS    float64  `json:"failed_per_s"`    // sales given up for good
	BacklogPerS   *float64 `json:"backlog_per_s"`   // by how much the backlog grew; nil if not known
	// Busiest is the node with the most requests for what it can serve; nil where
	// there is one node, or no figures of several.
	Busiest *Load `json:"busiest,omitempty"`
}

// Load is what a node got and served.
type Load struct {
	Node         string  `json:"node"`
	ArrivalsPerS float64 `json:"arrivals_per_s"`
	ServedPerS   float64 `json:"served_per_s"`
	CapacityPerS float64 `json:"capacity_per_s"` // what it can serve, as declared
}

// WithoutRetries is the same run with the clients' retries switched off.
type WithoutRetries struct {
	FromS    float64  `json:"from_s"`   // when they were
	UntilS   float64  `json:"until_s"`  // up to when that run was watched
	Returned bool     `json:"returned"` // it came back and was there for most of the time
	AfterS   *float64 `json:"after_s"`  // how long after that; nil if it did not
}

// Window is a stretch of the run as it was judged.
type Window struct {
	FromS           float64  `json:"from_s"`
	ToS             float64  `json:"to_s"`
	DemandPerS      *float64 `json:"demand_per_s"`
	GoodputPerS     *float64 `json:"goodput_per_s"`
	AttemptsPerSale *float64 `json:"attempts_per_sale"`
	P99S            *float64 `json:"p99_s"` // nil where no sale was completed
	Healthy         bool     `json:"healthy"`
}

// Thresholds is how strictly a run was judged; see verdict.Config.
type Thresholds struct {
	WindowS       float64  `json:"window_s"`
	Hold          int      `json:"hold"`
	WarmupS       float64  `json:"warmup_s"`
	Goodput       *float64 `json:"goodput"`
	Amplification *float64 `json:"amplification"`
	Latency       *float64 `json:"latency"`
	WithinS       float64  `json:"within_s"`
	LagS          float64  `json:"lag_s"`
	Undelivered   *float64 `json:"undelivered"`
	CPU           *float64 `json:"cpu"`
}

// Span is a stretch of time, ToS excluded.
type Span struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
}

func flowOf(f *verdict.Flow, unobserved bool) *Flow {
	if f == nil {
		return nil
	}
	out := &Flow{
		FromS: f.From.Seconds(), ToS: f.To.Seconds(), DemandPerS: rounded(f.Demand), AttemptsPerS: rounded(f.Attempts),
		RejectedPerS: rounded(f.Rejected), CompletedPerS: rounded(f.Completed),
		FailedPerS: rounded(f.Failed),
	}
	if !unobserved {
		out.ServedPerS, out.BacklogPerS = known(f.Served), known(f.BacklogGrowth)
	}
	if b := f.Busiest; b != nil {
		out.Busiest = &Load{Node: b.Node, ArrivalsPerS: rounded(b.Arrived), ServedPerS: rounded(b.Served), CapacityPerS: rounded(b.Capacity)}
	}
	return out
}

func withoutRetriesOf(w *verdict.WithoutRetries) *WithoutRetries {
	if w == nil {
		return nil
	}
	out := &WithoutRetries{FromS: w.From.Seconds(), UntilS: w.Until.Seconds(), Returned: w.Returned}
	if w.Returned {
		out.AfterS = known(w.After.Seconds())
	}
	return out
}

func openOf(o *verdict.Open) *Open {
	if o == nil {
		return nil
	}
	return &Open{What: o.What, Waiting: o.Waiting, TellsS: secondsOf(o.Tells)}
}

// secondsOf gives a time in seconds, nil where it is not known.
func secondsOf(d time.Duration) *float64 {
	if d <= 0 {
		return nil
	}
	return known(d.Seconds())
}

func evidenceOf(e verdict.Evidence) Evidence {
	windows := make([]Window, len(e.Windows))
	for i, w := range e.Windows {
		windows[i] = windowOf(w)
	}
	out := Evidence{
		Baseline:      windowOf(e.Baseline),
		Final:         windowOf(e.Final),
		Windows:       windows,
		Thresholds:    thresholdsOf(e.Thresholds),
		Trigger:       Span{FromS: e.Trigger.From.Seconds(), ToS: e.Trigger.To.Seconds()},
		CensoredS:     e.Censored.Seconds(),
		CapacityPerS:  known(e.Capacity),
		Amplification: known(e.Amplification),
		Sustained:     e.Sustained,
		OutageS:       secondsOf(e.Outage),
		OutageOver:    e.Over,
		ScaleS:        secondsOf(e.Scale),
		WatchedS:      secondsOf(e.Watched),
		Flow:          flowOf(e.Flow, e.Unobserved),

		WithoutRetries: withoutRetriesOf(e.WithoutRetries),
	}
	if !e.Unobserved {
		out.WastedShare, out.Backlog = known(e.WastedShare), new(e.Backlog)
	}
	return out
}

func windowOf(w verdict.Window) Window {
	out := Window{
		FromS:           w.From.Seconds(),
		ToS:             w.To.Seconds(),
		DemandPerS:      known(w.Demand),
		GoodputPerS:     known(w.Goodput),
		AttemptsPerSale: known(w.Amplification),
		Healthy:         w.Healthy,
	}
	if w.P99 > 0 {
		out.P99S = known(w.P99.Seconds())
	}
	return out
}

func thresholdsOf(c verdict.Config) Thresholds {
	return Thresholds{
		WindowS:       c.Window.Seconds(),
		Hold:          c.Hold,
		WarmupS:       c.Warmup.Seconds(),
		Goodput:       known(float64(c.Goodput)),
		Amplification: known(c.Amplification),
		Latency:       known(c.Latency),
		WithinS:       c.Within.Seconds(),
		LagS:          c.Lag.Seconds(),
		Undelivered:   known(float64(c.Undelivered)),
		CPU:           known(float64(c.CPU)),
	}
}
