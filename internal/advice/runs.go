package advice

import (
	"context"
	"errors"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// errMost ends a search that may make no more runs.
var errMost = errors.New("the search may make no more runs")

// request asks for a run of a plan.
type request struct {
	key  string // of its changes
	plan *experiment.Plan
	run  int // the number of its seed
}

type runName struct {
	key string
	run int
}

// runs makes runs, none of them twice.
type runs struct {
	cfg   *Config
	known map[runName]probe.Answer // looked up, never gone through
	made  int
	left  int // about how many are to come
}

func newRuns(cfg *Config) *runs { return &runs{cfg: cfg, known: map[runName]probe.Answer{}} }

// answers gives those of the requests, in their order.
func (r *runs) answers(ctx context.Context, requests []request) ([]probe.Answer, error) {
	var trials []probe.Trial
	var names []runName
	asked := map[runName]bool{}
	for _, q := range requests {
		name := runName{q.key, q.run}
		if _, ok := r.known[name]; ok || asked[name] {
			continue
		}
		asked[name] = true
		names = append(names, name)
		trials = append(trials, probe.Trial{Key: r.cfg.Variant + "|" + q.key, Plan: q.plan, Seed: r.cfg.Seed + uint64(q.run)}) //nolint:gosec // not negative
	}
	if r.made+len(trials) > r.cfg.Most {
		return nil, errMost
	}
	if len(trials) > 0 {
		got, err := r.cfg.Prober.Probe(ctx, trials)
		if err != nil {
			return nil, err
		}
		for i, a := range got {
			r.known[names[i]] = a
		}
		r.made += len(trials)
		r.tell()
	}
	out := make([]probe.Answer, len(requests))
	for i, q := range requests {
		out[i] = r.known[runName{q.key, q.run}]
	}
	return out, nil
}

func (r *runs) tell() {
	if r.cfg.Progress != nil {
		r.cfg.Progress(r.made, max(0, min(r.left, r.cfg.Most-r.made)))
	}
}

// back says whether a run came back.
func back(a *probe.Answer) edge.Answer {
	switch {
	case a.Kind == verdict.Invalid:
		return edge.Unknown
	case a.Kind.Passes():
		return edge.Yes
	}
	return edge.No
}
