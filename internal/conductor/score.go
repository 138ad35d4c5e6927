package conductor

import (
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
)

// score adds up the shards' ticks and reports a bucket once all have counted it.
type score struct {
	run *Run
	mu  sync.Mutex
	sum map[int]*tally
}

type tally struct {
	shards int
	bucket history.Bucket
}

func newScore(r *Run) *score { return &score{run: r, sum: map[int]*tally{}} }

func (s *score) tick(t live.Tick) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.sum[t.Index]
	if sum == nil {
		sum = &tally{}
		s.sum[t.Index] = sum
	}
	for i := range t.Cohorts {
		sum.bucket.Add(&t.Cohorts[i])
	}
	if sum.shards++; sum.shards < s.run.cfg.Shards {
		return
	}
	delete(s.sum, t.Index)
	if s.run.cfg.Progress != nil {
		s.run.cfg.Progress(s.run.progress(t.Index, sum.bucket))
	}
}

func (r *Run) progress(index int, b history.Bucket) Progress {
	at := time.Duration(index+1) * r.bucket
	from, to := r.cfg.Plan.Trigger()
	return Progress{
		At: min(at, r.cfg.Plan.Horizon), Horizon: r.cfg.Plan.Horizon, Phase: Phase(at-r.bucket, from, to),
		Length: r.bucket, Bucket: b,
	}
}

// Phase names the part of a run that a moment lies in.
func Phase(at, from, to time.Duration) string {
	switch {
	case to == 0 || at < from:
		return "baseline"
	case at < to:
		return "trigger"
	}
	return "recovery"
}
