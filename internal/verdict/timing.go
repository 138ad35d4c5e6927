package verdict

import (
	"fmt"
	"time"
)

// Timing is when things begin and end in a run, as it is declared or as it was
// recorded. Whether there is time enough for a verdict is arithmetic on it.
type Timing struct {
	Bucket   time.Duration // length of a bucket of the record; a nanosecond if zero
	Horizon  time.Duration // longer than zero
	From, To time.Duration // the trigger; To is not after From if there is none
	Demand   float64       // sales per second outside any spike; zero if not known
	// Endless says that the trigger was declared to be on at the horizon still: all
	// from its start on is judged then.
	Endless bool
}

// Short is a part of a run that is too short for a verdict.
type Short struct {
	Baseline bool          // it is the baseline, else the time after the trigger
	Lasts    time.Duration // how long it is
	Window   time.Duration // the length of a window
	Windows  int           // how many it has to hold
}

// Error says what is too short.
func (s *Short) Error() string {
	if s.Baseline {
		return fmt.Sprintf("the baseline of %s is shorter than one window of %s", brief(s.Lasts), brief(s.Window))
	}
	return fmt.Sprintf("the %s from the trigger's end to the horizon cannot hold %d windows of %s",
		brief(s.Lasts), s.Windows, brief(s.Window))
}

// Short gives the first part that is too short for a verdict by these
// thresholds, or nil.
func (t Timing) Short(cfg Config) *Short {
	cfg, l := t.layOut(cfg)
	return t.short(cfg, l)
}

func (t Timing) short(cfg Config, l layout) *Short {
	after := l.to
	if t.To <= t.From {
		after = l.warm // without a trigger all that follows the warm-up is judged
	}
	switch b := t.bucket(); {
	case l.from-l.warm < l.size:
		return &Short{Baseline: true, Lasts: time.Duration(l.from-l.warm) * b, Window: cfg.Window, Windows: 1}
	case (l.end-after)/l.size < cfg.Hold:
		return &Short{Lasts: time.Duration(l.end-after) * b, Window: cfg.Window, Windows: cfg.Hold}
	}
	return nil
}

// layOut completes the thresholds and gives the layout. Without a trigger the
// first quarter of the run is the baseline.
func (t Timing) layOut(cfg Config) (Config, layout) {
	b := t.bucket()
	l := layout{end: max(int(t.Horizon/b), 1)}
	triggered := t.To > t.From
	before := t.Horizon / 4
	if triggered {
		before = max(t.From, 0)
	}
	if cfg.Warmup == 0 {
		cfg.Warmup = before / 4
	}
	if cfg.Within == 0 {
		cfg.Within = max(t.Horizon-max(t.To, 0), 0)
		if t.Endless {
			cfg.Within = max(t.Horizon-max(t.From, 0), 0)
		}
	}
	l.from = min(int(before/b), l.end)
	l.warm = min(roundUp(cfg.Warmup, b), l.from)
	l.to = l.from
	if triggered && !t.Endless {
		l.to = min(roundUp(t.To, b), l.end)
	}
	cfg = cfg.WithDefaults(t.Demand)
	l.size = max(roundUp(cfg.Window, b), 1)
	cfg.Window = time.Duration(l.size) * b
	return cfg, l
}

func (t Timing) bucket() time.Duration { return max(t.Bucket, 1) }
