package runner

import (
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
)

// ticks adds up the shards' ticks and reports a bucket once all have counted it.
type ticks struct {
	run *Run
	mu  sync.Mutex
	sum map[int]*tally
}

type tally struct {
	shards int
	bucket history.Bucket
}

func newTicks(r *Run) *ticks { return &ticks{run: r, sum: map[int]*tally{}} }

func (s *ticks) tick(t live.Tick) {
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
	var trigger history.Span
	trigger.From, trigger.To = r.cfg.Plan.Trigger()
	return Progress{
		At: min(at, r.cfg.Plan.Horizon), Horizon: r.cfg.Plan.Horizon, Phase: trigger.Phase(index, r.bucket),
		Length: r.bucket, Bucket: b,
	}
}
