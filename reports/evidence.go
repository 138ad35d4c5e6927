package reports

import (
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
	Amplification *float64   `json:"amplification"` // attempts per sale from the trigger's end on
	WastedShare   *float64   `json:"wasted_share"`  // of the service time from the trigger's end on
	Backlog       int64      `json:"backlog"`
	Sustained     string     `json:"sustained"` // what kept it going; may be empty
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

func evidenceOf(e verdict.Evidence) Evidence {
	windows := make([]Window, len(e.Windows))
	for i, w := range e.Windows {
		windows[i] = windowOf(w)
	}
	return Evidence{
		Baseline:      windowOf(e.Baseline),
		Final:         windowOf(e.Final),
		Windows:       windows,
		Thresholds:    thresholdsOf(e.Thresholds),
		Trigger:       Span{FromS: e.Trigger.From.Seconds(), ToS: e.Trigger.To.Seconds()},
		CensoredS:     e.Censored.Seconds(),
		CapacityPerS:  known(e.Capacity),
		Amplification: known(e.Amplification),
		WastedShare:   known(e.WastedShare),
		Backlog:       e.Backlog,
		Sustained:     e.Sustained,
	}
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
