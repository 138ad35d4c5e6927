package live

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Tick is what one bucket of one shard counted.
type Tick struct {
	Index   int              // of the bucket
	Cohorts []history.Bucket // in the order of the fleet
}

// nextTick is the end of the bucket that comes next; the horizon ends the last.
func (s *Shard) nextTick() time.Duration {
	return min(time.Duration(s.ticked+1)*s.cfg.Bucket, s.cfg.Horizon)
}

// tick tells of every bucket that has ended by now; there are none after the
// horizon.
func (s *Shard) tick(now time.Duration) {
	last := int((s.cfg.Horizon + s.cfg.Bucket - 1) / s.cfg.Bucket)
	for s.ticked < last && s.nextTick() <= now {
		t := Tick{Index: s.ticked}
		for c, r := range s.recorders {
			r.Close(s.nextTick() - 1)
			t.Cohorts = append(t.Cohorts, r.Buckets()[min(s.ticked, len(r.Buckets())-1)].Clone())
			t.Cohorts[c].Demand += s.owed[c]
			s.owed[c] = 0
		}
		s.ticked++
		if s.cfg.Tick != nil {
			s.cfg.Tick(t)
		}
	}
}
