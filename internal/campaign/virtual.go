package campaign

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/sim"
)

// VirtualName is the word for the engine without sockets, in virtual time.
const VirtualName = "sim"

// Virtual is the engine whose time is virtual. It watches each run until its
// verdict is final, and makes each collapsed one again without retries. The zero
// Virtual is ready.
type Virtual struct {
	// Memory gives the bytes that new work may take on this machine, zero where
	// that cannot be told. There is no bound if it is nil.
	Memory func() int64

	once   sync.Once
	limits sim.Limits // of each run

	mu   sync.Mutex
	free []*Simulator // those that make no run now, with the memory of their last one
}

// Name is "sim".
func (*Virtual) Name() string { return VirtualName }

// Traits says that as many runs can be made beside each other as there are
// processors.
func (*Virtual) Traits() Traits { return Traits{Beside: runtime.GOMAXPROCS(0), Proves: true} }

// Bucket is the length of a bucket; see experiment.Plan.
func (*Virtual) Bucket(p *experiment.Plan) time.Duration { return p.Bucket(0) }

// Check refuses a plan that needs more memory than there is.
func (e *Virtual) Check(p *experiment.Plan) error {
	need, have := sim.Need(p), e.memory()
	if have == 0 || need <= have {
		return nil
	}
	var errs field.Errors
	errs.Add("fleet", "%d terminals and the horizon of %v need %d MiB, and %d MiB are there; about %d terminals are possible",
		p.Terminals(), p.Horizon, need>>20, have>>20, int64(p.Terminals())*have/need)
	return errs.Err()
}

func (e *Virtual) memory() int64 {
	if e.Memory == nil {
		return 0
	}
	return e.Memory()
}

// Run makes a run; see Simulator.Run.
func (e *Virtual) Run(ctx context.Context, job *Job, observe *Observer) Run {
	// What was free before the first run is shared out to those that are made
	// beside each other; later it would be less by what they have taken.
	e.once.Do(func() { e.limits.Memory = e.memory() / int64(e.Traits().Beside) })
	s := e.take()
	defer e.giveBack(s)
	h, v := s.Run(ctx, sim.Config{Plan: job.Plan, Seed: job.Seed, Bucket: job.Bucket, Limits: e.limits, Trace: observe.attempts(job)})
	return Run{History: h, Verdict: v}
}

func (e *Virtual) take() *Simulator {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := len(e.free)
	if n == 0 {
		return new(Simulator)
	}
	s := e.free[n-1]
	e.free = e.free[:n-1]
	return s
}

func (e *Virtual) giveBack(s *Simulator) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.free = append(e.free, s)
}
