package verdict

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// shop is an M/M/c queue that nothing happens to: Poisson sales, exponential
// service, first in first out.
type shop struct {
	demand   float64 // sales per second
	servers  int
	load     float64 // demand ÷ capacity
	deadline time.Duration
	horizon  time.Duration
}

func (s shop) run(seed uint64) *history.History {
	rng := rand.New(rand.NewPCG(seed, 1))
	mean := s.load * float64(s.servers) / s.demand
	free := make([]float64, s.servers)
	var notes []history.Note
	for now := rng.ExpFloat64() / s.demand; now < s.horizon.Seconds(); now += rng.ExpFloat64() / s.demand {
		first := 0
		for i := range free {
			if free[i] < free[first] {
				first = i
			}
		}
		free[first] = max(free[first], now) + mean*rng.ExpFloat64()
		notes = append(notes, sale(now, free[first], s.deadline)...)
	}
	slices.SortFunc(notes, func(a, b history.Note) int { return int(a.At - b.At) })
	r := history.NewRecorder(time.Second, s.horizon)
	for _, n := range notes {
		if n.At < s.horizon {
			r.Note(&n)
		}
	}
	return &history.History{
		Bucket: time.Second, Horizon: s.horizon, Buckets: r.Buckets(),
		Capacity: s.demand / s.load, Demand: s.demand,
		Trigger: history.Span{From: s.horizon / 3, To: s.horizon/3 + s.horizon/20},
		Ledger:  history.Audit{Done: true},
	}
}

func sale(from, to float64, deadline time.Duration) []history.Note {
	at, end := time.Duration(from*1e9), time.Duration(to*1e9)
	done := history.Completed
	if end-at > deadline {
		done = history.CameLate
	}
	return []history.Note{
		{What: history.Sold, At: at},
		{What: history.Sent, At: at},
		{What: history.Ended, Cause: retry.OK, At: end, Took: end - at},
		{What: done, At: end, Took: end - at},
	}
}

// TestChanceAloneNeverLeavesTheBand runs healthy queues at 30 to 80 % load,
// with and without a trigger that does nothing.
func TestChanceAloneNeverLeavesTheBand(t *testing.T) {
	t.Parallel()
	shops := []shop{
		{demand: 5, servers: 1, horizon: 20 * time.Minute},
		{demand: 5, servers: 4, horizon: 20 * time.Minute},
		{demand: 50, servers: 4, horizon: 2 * time.Minute},
		{demand: 500, servers: 1, horizon: 32 * time.Second},
		{demand: 500, servers: 16, horizon: 32 * time.Second},
	}
	judges := []Config{{}, {Window: time.Second}, {Window: 5 * time.Second, Hold: 3}}
	seeds := uint64(200)
	if race.Enabled {
		seeds = 15
	}
	for seed := range seeds {
		s := shops[seed%uint64(len(shops))]
		s.load = 0.3 + 0.5*float64(seed)/float64(seeds-1)
		s.deadline = 30 * time.Second
		h := s.run(seed)
		for _, cfg := range judges {
			for _, trigger := range []history.Span{h.Trigger, {}} {
				h.Trigger = trigger
				if v := Judge(h, cfg); v.Kind != Healthy {
					t.Errorf("%+v, seed %d, window %v: %v: %s", s, seed, cfg.Window, v.Kind, v.Reason)
				}
			}
		}
	}
}

// TestAnEpisodeAmidChanceIsFound puts an outage into the same queues: every
// sale after it, up to a moment, fails.
func TestAnEpisodeAmidChanceIsFound(t *testing.T) {
	t.Parallel()
	const window = 20 * time.Second
	s := shop{demand: 5, servers: 2, deadline: 30 * time.Second, horizon: 20 * time.Minute}
	seeds := uint64(40)
	if race.Enabled {
		seeds = 4
	}
	for seed := range seeds {
		s.load = 0.3 + 0.5*float64(seed)/float64(seeds-1)
		whole := s.run(seed)
		for _, c := range []struct {
			back time.Duration // after the trigger
			loss float64
			want []Kind
		}{
			{3 * time.Minute, 1, []Kind{Recovered}}, {3 * time.Minute, 0.4, []Kind{Recovered}},
			{s.horizon, 1, []Kind{Collapsed}}, {s.horizon, 0.3, []Kind{Collapsed}},
			// So little is lost that chance alone settles some stretches in between.
			{s.horizon, 0.15, []Kind{Collapsed, Degraded}},
		} {
			t.Run(fmt.Sprintf("seed %d, loss %.2f until %v", seed, c.loss, c.back), func(t *testing.T) {
				h := *whole
				h.Buckets = slices.Clone(whole.Buckets)
				lose(&h, h.Trigger.From, h.Trigger.To+c.back, c.loss)
				v := Judge(&h, Config{})
				if !slices.Contains(c.want, v.Kind) {
					t.Fatalf("%v: %s", v.Kind, v.Reason)
				}
				if off := v.TimeToRecover - c.back; v.Kind == Recovered && (off < -window || off > 6*window) {
					t.Errorf("time to recover %v, want %v", v.TimeToRecover, c.back)
				}
			})
		}
	}
}

// lose turns a share of the goodput between two moments into failures.
func lose(h *history.History, from, to time.Duration, share float64) {
	rest := 0.0
	for i := range h.Buckets {
		b := &h.Buckets[i]
		if at := time.Duration(i) * h.Bucket; at < from || at >= to {
			continue
		}
		rest += share * float64(b.Good)
		n := min(int64(rest), b.Good)
		rest -= float64(n)
		b.Good, b.Failed = b.Good-n, b.Failed+n
	}
}
