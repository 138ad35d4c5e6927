package verdict

import (
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
