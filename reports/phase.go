package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// phasesOf cuts a run at its trigger. A phase without a whole bucket is left
// out; without a trigger all of the run is baseline.
func phasesOf(h *history.History) []Phase {
	n := len(h.Buckets)
	if n == 0 || h.Bucket <= 0 {
		return []Phase{}
	}
	from, to := n, n
	if h.Trigger.To > h.Trigger.From {
		from = min(max(int(h.Trigger.From/h.Bucket), 0), n)
		to = min(max(int((h.Trigger.To+h.Bucket-1)/h.Bucket), from), n)
	}
	phases := make([]Phase, 0, 3)
	for _, p := range []struct {
		name   string
		lo, hi int
	}{{"baseline", 0, from}, {"trigger", from, to}, {"recovery", to, n}} {
		if p.lo < p.hi {
			phases = append(phases, phaseOf(h, p.name, p.lo, p.hi))
		}
	}
	return phases
}

// phaseOf sums up the buckets from lo up to, not including, hi.
func phaseOf(h *history.History, name string, lo, hi int) Phase {
	start, _ := extent(h, lo)
	_, end := extent(h, hi-1)
	sum := history.Sum(h.Buckets, lo, hi)
	return Phase{
		Name:            name,
		FromS:           start.Seconds(),
		ToS:             end.Seconds(),
		DemandPerS:      rate(sum.Demand, end-start),
		GoodputPerS:     rate(sum.Good, end-start),
		ErrorsPerS:      rate(errorsIn(&sum), end-start),
		AttemptsPerSale: per(sum.Attempts, sum.Demand),
		P50S:            quantile(&sum.Latency, 0.5),
		P99S:            quantile(&sum.Latency, 0.99),
	}
}

// extent is the time that bucket i covers: the last one ends at the horizon,
// even in mid-bucket.
func extent(h *history.History, i int) (start, end time.Duration) {
	start = time.Duration(i) * h.Bucket
	end = start + h.Bucket
	if h.Horizon > start {
		end = min(end, h.Horizon)
	}
	return start, end
}

func seriesOf(h *history.History) Series {
	n := len(h.Buckets)
	s := Series{
		TS:       make([]float64, n),
		Demand:   make([]float64, n),
		Attempts: make([]float64, n),
		Goodput:  make([]float64, n),
		Errors:   make([]float64, n),
		Queue:    make([]*int64, n),
		InFlight: make([]*int64, n),
		Unsynced: make([]int64, n),
		Pending:  make([]int64, n),
		Wasted:   make([]float64, n),
		P50S:     make([]*float64, n),
		P99S:     make([]*float64, n),
		ErrorsBy: map[string][]float64{},
	}
	for i := range h.Buckets {
		s.set(i, h)
	}
	return s
}

func (s *Series) set(i int, h *history.History) {
	b := &h.Buckets[i]
	start, end := extent(h, i)
	length := end - start
	s.TS[i] = start.Seconds()
	s.Demand[i] = rate(b.Demand, length)
	s.Attempts[i] = rate(b.Attempts, length)
	s.Goodput[i] = rate(b.Good, length)
	s.Errors[i] = rate(errorsIn(b), length)
	s.Unsynced[i] = b.Unsynced
	s.Pending[i] = b.Pending
	s.Wasted[i] = rounded(rate(int64(b.Wasted), length) / float64(time.Second))
	s.P50S[i] = quantile(&b.Latency, 0.5)
	s.P99S[i] = quantile(&b.Latency, 0.99)
	for c, ended := range b.Outcomes {
		if c := retry.Cause(c); ended > 0 && isError(c) {
			s.byCause(c)[i] = rate(ended, length)
		}
	}
	if !b.Blind {
		queue, inFlight := b.Queue, b.InFlight
		s.Queue[i], s.InFlight[i] = &queue, &inFlight
	}
}

// byCause gives the list of a cause, with a zero for each bucket at first.
func (s *Series) byCause(c retry.Cause) []float64 {
	name := c.String()
	if s.ErrorsBy[name] == nil {
		s.ErrorsBy[name] = make([]float64, len(s.TS))
	}
	return s.ErrorsBy[name]
}
