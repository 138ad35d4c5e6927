package campaign

import (
	"context"
	"time"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/runner"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Engine makes runs. It is safe for concurrent use by as many goroutines as its
// Traits say.
type Engine interface {
	// Name is the engine's word on the command line, such as "sim" or "local".
	Name() string
	// Traits is what whoever has runs made on it needs to know.
	Traits() Traits
	// Check says, before anything starts, what of a plan the engine cannot do; its
	// error is a field.List with paths such as "timeline[1]".
	Check(plan *experiment.Plan) error
	// Bucket is the length of a bucket in the record of a plan's run.
	Bucket(plan *experiment.Plan) time.Duration
	// Run makes a run. It gives one in every case: of one that failed, or that the
	// end of ctx interrupted, with its history's Problem set.
	Run(ctx context.Context, job *Job, observe *Observer) Run
}

// Traits is what distinguishes engines for those who have runs made on them.
type Traits struct {
	// RealTime says that a run takes as long as its plan's horizon, and is told of
	// while it goes on. When it was made then has a date.
	RealTime bool
	// Beside is how many runs can be made beside each other without a change to
	// what they give; at least one.
	Beside int
	// Proves says that each collapsed run is made again without retries.
	Proves bool
}

// Job is one run to be made.
type Job struct {
	Index   int             // its place in the order of the campaign
	Variant string          // the name of the variant whose plan it is
	Plan    experiment.Plan // unfolded by the seed
	Seed    uint64
	Bucket  time.Duration // length of a bucket of the record
}

// Run is what a job gives.
type Run struct {
	// History is the record up to the horizon, of the run as its plan says.
	History *history.History
	// Verdict rests on all that was watched, perhaps beyond the horizon, and of a
	// collapsed run perhaps on the same run without retries. Its evidence says so.
	Verdict verdict.Verdict
}

// Observer is told how a campaign gets on. Any of its functions may be nil.
type Observer struct {
	// Begun is told of each job in turn, before its run is waited for.
	Begun func(job *Job)
	// Progress is told of each bucket of a run in real time once all of the fleet
	// has counted it; proof says that the run is the one without retries. It must
	// not block.
	Progress func(job *Job, proof bool, at runner.Progress)
	// Attempt is told of each attempt of a terminal that has ended within the horizon
	// of a job's run, by several goroutines at once; of none of a proof. It must not
	// block. Engines may be slower for it.
	Attempt func(job *Job, a history.Attempt)
	// Ended is told of each run that counts, in the order of the jobs. Runs that
	// turned out not to be needed are left out.
	Ended func(job *Job, run *Run)
	// Decided is told what all runs of a variant come to.
	Decided func(variant string, d decision.Decision)
}

func (o *Observer) begun(job *Job) {
	if o.Begun != nil {
		o.Begun(job)
	}
}

func (o *Observer) ended(job *Job, run *Run) {
	if o.Ended != nil {
		o.Ended(job, run)
	}
}

func (o *Observer) decided(variant string, d decision.Decision) {
	if o.Decided != nil {
		o.Decided(variant, d)
	}
}

// progress gives what is told of the progress of a job's run; nil where nobody
// wants to know.
func (o *Observer) progress(job *Job, proof bool) func(runner.Progress) {
	if o.Progress == nil {
		return nil
	}
	return func(at runner.Progress) { o.Progress(job, proof, at) }
}

// attempts gives what is told of the attempts of a job's run; nil where nobody
// wants to know.
func (o *Observer) attempts(job *Job) func(history.Attempt) {
	if o == nil || o.Attempt == nil {
		return nil
	}
	return func(a history.Attempt) { o.Attempt(job, a) }
}
