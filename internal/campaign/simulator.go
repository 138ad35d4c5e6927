package campaign

import (
	"context"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/sim"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Simulator makes runs in virtual time, one after another. It keeps the memory of
// a run for the next. The zero Simulator is ready; it is not safe for concurrent
// use.
type Simulator struct{ runner sim.Runner }

// Run makes a run and gives its record up to the horizon, and the verdict. The
// verdict rests on as much as was watched beyond the horizon, and a collapse on a
// run without retries, too.
func (s *Simulator) Run(ctx context.Context, cfg sim.Config) (*history.History, verdict.Verdict) {
	if cfg.Bucket == 0 {
		cfg.Bucket = cfg.Plan.Bucket(0)
	}
	cfg.Furthest = furthest(&cfg.Plan)
	h := s.runner.Run(ctx, cfg)
	record := upToNow(h)
	v := verdict.Judge(h, cfg.Plan.Judge)
	w := watch{events: budget(s.runner.Events()), furthest: cfg.Furthest, bucket: cfg.Bucket}
	w.returned(&v, h.Owed)
	for whole := h.Problem == ""; whole && ctx.Err() == nil && w.goesOn(&v, s.runner.Events()); {
		h, whole = s.runner.Continue(ctx, w.until(&v))
		v = verdict.Judge(h, cfg.Plan.Judge)
		w.returned(&v, h.Owed)
	}
	if v.Kind == verdict.Collapsed && ctx.Err() == nil {
		v = s.prove(ctx, cfg, h, v)
	}
	return record, v
}

// prove makes a collapsed run again with the clients' retries switched off from
// when it went down on, for as long as the first was watched; and for some times
// longer if that is not long enough for it to come back. The records of the first
// run stay as they are.
func (s *Simulator) prove(ctx context.Context, cfg sim.Config, h *history.History, v verdict.Verdict) verdict.Verdict {
	const times = 4
	e := &v.Evidence
	cfg.Furthest = e.Watched + times*(e.Watched-e.Out)
	cfg.Trace = nil
	cfg.Plan = WithoutRetries(cfg.Plan, e.Out, e.Watched, cfg.Furthest)
	without := s.runner.Run(ctx, cfg)
	if without.Problem != "" {
		return v
	}
	proven := verdict.JudgeAgainst(h, without, cfg.Plan.Judge)
	if w := proven.Evidence.WithoutRetries; w != nil && !w.Returned {
		without, _ = s.runner.Continue(ctx, cfg.Furthest)
		proven = verdict.JudgeAgainst(h, without, cfg.Plan.Judge)
	}
	return proven
}

// WithoutRetries gives a plan with the clients' retries switched off from one
// moment to another, and with a horizon of its own.
func WithoutRetries(p experiment.Plan, from, horizon, to time.Duration) experiment.Plan {
	p.Horizon = horizon
	p.Timeline = append(slices.Clone(p.Timeline), fault.Event{Kind: fault.RetriesOff, At: from, For: max(to-from, 1)})
	return p
}

// upToNow gives a record that stays as it is when its run goes on.
func upToNow(h *history.History) *history.History {
	c := *h
	if n := len(h.Buckets); n > 0 {
		c.Buckets = slices.Clone(h.Buckets)
		c.Buckets[n-1] = h.Buckets[n-1].Clone()
	}
	c.Nodes, c.Links, c.Groups = slices.Clone(h.Nodes), slices.Clone(h.Links), slices.Clone(h.Groups)
	for i := range c.Groups {
		b := slices.Clone(c.Groups[i].Buckets)
		if n := len(b); n > 0 {
			b[n-1] = b[n-1].Clone()
		}
		c.Groups[i].Buckets = b
	}
	for i := range c.Nodes {
		c.Nodes[i].Buckets = slices.Clone(c.Nodes[i].Buckets)
	}
	for i := range c.Links {
		c.Links[i].Buckets = slices.Clone(c.Links[i].Buckets)
	}
	return &c
}
