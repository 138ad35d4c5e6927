package fakes

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// forgiven is how late a timer may be without costing the node capacity. A
// timer here is up to a millisecond or two late, and a worker that served 6 ms
// requests would lose a fifth of its capacity to it; so a worker that was freed
// late takes up its next request as of when it should have been free. Anything
// longer, such as a stopped process, is real and counts.
const forgiven = 10 * time.Millisecond

// begin starts the service of a request at now, as of from.
func (s *server) begin(j *job, now, from, service time.Duration) {
	if s.cfg.Service.Work == backend.Burned {
		go func() {
			burn(service, &j.halted, s.account)
			s.done(j)
		}()
		return
	}
	j.ends = from + service
	j.timer = time.AfterFunc(j.ends-now, func() { s.done(j) })
}

// freed gives when the worker became free of whose request's end is heard now.
func (s *server) freed(j *job, now time.Duration) time.Duration {
	if s.cfg.Service.Work == backend.Burned {
		return now
	}
	return heard(j.ends, now)
}

// heard gives when a timer counts as having gone off that was due and is heard
// of now.
func heard(due, now time.Duration) time.Duration { return min(max(due, now-forgiven), now) }

// halt stops the service of a request.
func (j *job) halt() {
	j.halted.Store(true)
	if j.timer != nil {
		j.timer.Stop()
	}
}
