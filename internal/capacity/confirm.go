package capacity

import (
	"context"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Confirmed is a run on another engine, at a value beside an edge.
type Confirmed struct {
	At      Level
	Engine  string
	Want    bool // whether success is what was found there
	Kind    verdict.Kind
	Agrees  bool
	Problem string // why a run that is invalid proves nothing
}

// Confirm makes two runs on another engine: a step inside the interval of an edge that
// was found, and a step outside. A step is as wide as the interval; outside it leads at
// least to where success is as improbable as failure is inside, if that was found, for
// one run in between proves nothing. Nothing is run where no edge was found.
func Confirm(ctx context.Context, cfg Config, r *Result, engine string, on probe.Prober) ([]Confirmed, error) {
	if r.Edge == nil {
		return nil, nil
	}
	p := &planner{Config: cfg, plans: map[[2]int]*made{}}
	p.For = r.For
	inside, outside := r.Edge.steps(len(p.Axes[0].Levels))
	var all []Confirmed
	for _, at := range []struct {
		level int
		want  bool
	}{{inside, true}, {outside, false}} {
		c := Confirmed{At: p.Axes[0].Levels[at.level], Engine: engine, Want: at.want}
		m := p.plan([2]int{at.level})
		if m.problem != nil {
			return all, m.problem
		}
		got, err := on.Probe(ctx, []probe.Trial{{Key: p.key([2]int{at.level}), Plan: m.plan, Seed: cfg.Seed}})
		if err != nil {
			return all, err
		}
		c.Kind, c.Problem = got[0].Kind, got[0].Problem
		answer := success(p.For, c.Kind)
		c.Agrees = answer != edge.Unknown && (answer == edge.Yes) == at.want
		all = append(all, c)
	}
	return all, nil
}

// steps gives the levels a step beyond each bound of the interval, within the range.
func (e *Edge) steps(levels int) (inside, outside int) {
	width := e.outside - e.inside
	bound := func(level int) int { return min(max(level, 0), levels-1) }
	inside, outside = bound(e.inside-width), bound(e.outside+width)
	switch {
	case e.Never == nil:
	case width > 0:
		outside = max(outside, e.never)
	default:
		outside = min(outside, e.never)
	}
	return inside, outside
}
