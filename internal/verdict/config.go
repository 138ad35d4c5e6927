package verdict

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Config declares how a run is judged. The healthy band is the distance from
// the run's own baseline within which a window of time counts as healthy.
type Config struct {
	// Window is the length of a window. If zero it is the longer of 1 s and the
	// time in which 100 sales arrive, so that chance alone leaves no band.
	Window time.Duration `json:"window"`
	// Hold is how many healthy windows in a row make a return; 5 if zero.
	Hold int `json:"hold"`
	// Warmup is left out of the baseline; if zero, the first quarter of the
	// time before the trigger.
	Warmup time.Duration `json:"warmup"`
	// Goodput is the least share of organic demand completed in time; 0.9 if zero.
	Goodput field.Ratio `json:"goodput"`
	// Amplification is the most attempts per sale, as a multiple of the
	// baseline's; 1.5 if zero.
	Amplification float64 `json:"amplification"`
	// Latency is the highest 99th percentile of the time to complete a sale, as
	// a multiple of the baseline's; 5 if zero.
	Latency float64 `json:"latency"`
	// Within is the time allowed from the trigger's end to the return; until
	// the horizon if zero.
	Within time.Duration `json:"within"`
	// Lag is the highest 99th percentile of the generator's lateness; 100 ms if
	// zero.
	Lag time.Duration `json:"lag"`
	// Undelivered is the highest share of attempts that the generator itself
	// failed to send; 0.001 if zero.
	Undelivered field.Ratio `json:"undelivered"`
	// CPU is the highest share of all processors that the generator may use;
	// 0.9 if zero.
	CPU field.Ratio `json:"cpu"`
}

// The defaults that do not depend on the run.
const (
	defaultHold          = 5
	defaultGoodput       = 0.9
	defaultAmplification = 1.5
	defaultLatency       = 5
	defaultLag           = 100 * time.Millisecond
	defaultUndelivered   = 0.001
	defaultCPU           = 0.9

	leastWindow = time.Second
	windowSales = 100
	mostWindow  = 24 * time.Hour
)

// WithDefaults fills in every zero field but Warmup and Within, which depend on
// the trigger. demand is in sales per second; where it is not known (zero) the
// window is 1 s.
func (c Config) WithDefaults(demand float64) Config {
	if c.Window == 0 {
		c.Window = windowFor(demand)
	}
	fill(&c.Hold, defaultHold)
	fill(&c.Goodput, defaultGoodput)
	fill(&c.Amplification, defaultAmplification)
	fill(&c.Latency, defaultLatency)
	fill(&c.Lag, defaultLag)
	fill(&c.Undelivered, defaultUndelivered)
	fill(&c.CPU, defaultCPU)
	return c
}

// windowFor gives the longer of 1 s and the time in which 100 sales arrive.
func windowFor(demand float64) time.Duration {
	if !(demand > 0) {
		return leastWindow
	}
	secs := min(windowSales/demand, mostWindow.Seconds())
	return max(leastWindow, time.Duration(secs*float64(time.Second)))
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate reports every field that is wrong, as a field.List. Zero is right
// everywhere: it stands for the default.
func (c Config) Validate() error {
	var errs field.Errors
	if c.Hold < 0 || c.Hold > 1000 {
		errs.Add("hold", "must be from 1 to 1000 windows, such as 5")
	}
	for _, d := range []struct {
		path  string
		value time.Duration
	}{{"window", c.Window}, {"warmup", c.Warmup}, {"within", c.Within}, {"lag", c.Lag}} {
		if d.value < 0 {
			errs.Add(d.path, "must not be negative; write a duration such as '5s'")
		}
	}
	for _, r := range []struct {
		path  string
		value field.Ratio
	}{{"goodput", c.Goodput}, {"undelivered", c.Undelivered}, {"cpu", c.CPU}} {
		if !(r.value >= 0 && r.value <= 1) {
			errs.Add(r.path, "must be a share above 0 and up to 1, such as 0.9 or '90%%'")
		}
	}
	for _, m := range []struct {
		path  string
		value float64
	}{{"amplification", c.Amplification}, {"latency", c.Latency}} {
		if m.value != 0 && !(m.value >= 1 && m.value <= math.MaxInt32) {
			errs.Add(m.path, "must be a multiple of the baseline's, 1 or more, such as 1.5")
		}
	}
	return errs.Err()
}
