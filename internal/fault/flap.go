package fault

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Flap makes a fault come and go: it is on for a time, then off for a time, and so
// on until the event ends. It begins on.
type Flap struct {
	On      time.Duration `json:"on"`      // how long it is on each time, in the mean
	Off     time.Duration `json:"off"`     // how long it is off in between, in the mean
	Pattern Pattern       `json:"pattern"` // the law of these times
}

// Pattern is the law of the times for which a flapping fault is on and off.
type Pattern uint8

// The patterns: always as long, or from an exponential distribution of that mean,
// drawn by the run's seed.
const (
	Regular Pattern = iota
	Drawn
)

var patterns = []string{"regular", "drawn"}

func (p Pattern) String() string { return patterns[p] }

// MarshalText gives the word that UnmarshalText reads.
func (p Pattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads 'regular' or 'drawn'.
func (p *Pattern) UnmarshalText(text []byte) error { return field.Word(p, text, patterns) }

// mostFlaps bounds how often a fault may come and go in one event.
const mostFlaps = 1000

// Validate reports what is wrong with the flapping of an event that lasts so long;
// zero where that is not known.
func (f *Flap) Validate(lasts time.Duration) error {
	var errs field.Errors
	if f.On <= 0 {
		errs.Add("on", "must be longer than 0s, such as '10s'")
	}
	if f.Off <= 0 {
		errs.Add("off", "must be longer than 0s, such as '30s'")
	}
	if errs.Err() != nil || lasts <= 0 {
		return errs.Err()
	}
	if f.On >= lasts {
		errs.Add("on", "must be shorter than the %v that the fault comes and goes for", lasts)
	}
	if period := float64(f.On) + float64(f.Off); float64(lasts)/period > mostFlaps {
		errs.Add("", "comes and goes %.0f times; at most %d times are supported", float64(lasts)/period, mostFlaps)
	}
	return errs.Err()
}

// Unfold gives the timeline with each flapping event as the events that it consists
// of in the run with that seed, each in the place of its own. It changes nothing.
func Unfold(timeline []Event, seed uint64) []Event {
	var out []Event
	for i, e := range timeline {
		if e.Flap == nil {
			out = append(out, e)
			continue
		}
		out = append(out, e.times(stream(seed, i))...)
	}
	return out
}

// stream is the random numbers of an event in the run with that seed.
func stream(seed uint64, event int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write(binary.BigEndian.AppendUint64([]byte("timeline"), uint64(event))) //nolint:gosec // an index
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// times gives the times that a flapping event is on.
func (e Event) times(rng *rand.Rand) []Event {
	draw := func(mean time.Duration) time.Duration {
		if e.Flap.Pattern == Drawn {
			// Not shorter than a hundredth of the mean, so that their number is bounded.
			mean = time.Duration(float64(mean) * max(rng.ExpFloat64(), 0.01))
		}
		return max(mean, 1)
	}
	var out []Event
	for at := e.At; at < e.End(); {
		one := e
		one.Flap = nil
		one.At, one.For = at, min(draw(e.Flap.On), e.End()-at)
		out = append(out, one)
		off := draw(e.Flap.Off)
		if off >= math.MaxInt64-one.End() {
			break
		}
		at = one.End() + off
	}
	return out
}
