package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// stretch is the buckets of a run in a phase, or all of them.
type stretch history.Phase

// stretches are the phases of a run.
func stretches(h *history.History) []stretch {
	var all []stretch
	for _, p := range h.Phases(len(h.Buckets)) {
		all = append(all, stretch(p))
	}
	return all
}

// demand is how many sales customers brought in a stretch.
func (s stretch) demand(h *history.History) int64 {
	var n int64
	for i := s.Lo; i < s.Hi; i++ {
		n += h.Buckets[i].Demand
	}
	return n
}

// length is how much time a stretch covers.
func (s stretch) length(h *history.History) time.Duration {
	if s.Lo >= s.Hi {
		return 0
	}
	start, _ := extent(h, s.Lo)
	_, end := extent(h, s.Hi-1)
	return end - start
}

func phasesOf(h *history.History) []Phase {
	phases := []Phase{}
	for _, s := range stretches(h) {
		phases = append(phases, phaseOf(h, s))
	}
	return phases
}

func phaseOf(h *history.History, s stretch) Phase {
	start, _ := extent(h, s.Lo)
	length := s.length(h)
	sum := history.Sum(h.Buckets, s.Lo, s.Hi)
	return Phase{
		Name:            s.Name,
		FromS:           start.Seconds(),
		ToS:             (start + length).Seconds(),
		DemandPerS:      rate(sum.Demand, length),
		GoodputPerS:     rate(sum.Good, length),
		ErrorsPerS:      rate(errorsAmong(sum.Outcomes), length),
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
		Wasted:   make([]*float64, n),
		P50S:     make([]*float64, n),
		P99S:     make([]*float64, n),
		ErrorsBy: map[string][]float64{},
	}
	for i := range h.Buckets {
		s.set(i, h)
	}
	if h.Logos.RedUntil > 0 {
		s.Red = make([]int64, n)
		for i := range h.Buckets {
			s.Red[i] = h.Buckets[i].Red
		}
	}
	if h.Tenants > 0 {
		s.Hurt = make([]int64, n)
		for i := range h.Buckets {
			s.Hurt[i] = h.Buckets[i].Hurt
		}
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
	s.Errors[i] = rate(errorsAmong(b.Outcomes), length)
	s.Unsynced[i] = b.Unsynced
	s.Pending[i] = b.Pending
	s.P50S[i] = quantile(&b.Latency, 0.5)
	s.P99S[i] = quantile(&b.Latency, 0.99)
	for c, ended := range b.Outcomes {
		if c := retry.Cause(c); ended > 0 && isError(c) {
			s.byCause(c)[i] = rate(ended, length)
		}
	}
	if h.Unobserved {
		return
	}
	s.Wasted[i] = known(rate(int64(b.Wasted), length) / float64(time.Second))
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
