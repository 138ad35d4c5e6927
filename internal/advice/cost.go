package advice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/probe"
)

// costSeeds is how many runs each figure of a cost is the mean of.
const costSeeds = 4

// milder is by how much a mild trigger is smaller: the excess of a spike, and the time
// that a fault lasts.
const milder = 4

// calm is the scene without a trigger.
func (s *settings) calm() *scene { return &scene{name: "calm"} }

// everyday is the share of the messages between the fleet and the backend whose
// connection breaks in the mild scene: what retries are for.
const everyday = 0.01

// mild is the scene in which a spike brings a quarter of its excess, a fault lasts a
// quarter of its time, and connections break at times. What operators order stays as it
// is.
func (s *settings) mild() (*scene, error) {
	out := &scene{name: "mild"}
	for i, e := range s.plan0.Timeline {
		event := map[string]json.RawMessage{}
		if err := json.Unmarshal(s.timeline[i], &event); err != nil {
			return nil, fmt.Errorf("timeline[%d]: %w", i, err)
		}
		switch {
		case e.Kind == fault.Spike && e.Times > 1:
			event["times"] = experiment.Number.JSON(1 + (e.Times-1)/milder)
		case e.Kind.StrikesNode() && e.Kind != fault.Shed, e.Kind.StrikesLink():
			length := e.For
			if e.Endless {
				length = s.plan0.Horizon - e.At
				delete(event, "endless")
			}
			event["for"] = span(max(length/milder, time.Millisecond))
		}
		text, err := json.Marshal(event)
		if err != nil {
			return nil, fmt.Errorf("timeline[%d]: %w", i, err)
		}
		out.timeline = append(out.timeline, text)
	}
	s.breaking(out)
	return out, nil
}

// breaking has connections to each entry break from the first trigger on, until half of
// what is watched after the last one is over, where a valid plan can have it.
func (s *settings) breaking(in *scene) {
	from, to := s.plan0.Trigger()
	if len(s.plan0.Timeline) == 0 || to <= from {
		return
	}
	to += s.room.room / 2
	for _, entry := range entries(s.plan0) {
		target := ""
		if entry != "" {
			target = fmt.Sprintf(`,"to":%q`, entry)
		}
		event := fmt.Appendf(nil, `{"kind":%q,"at":%s,"for":%s,"share":%v%s}`, fault.Reset, span(from), span(to-from), everyday, target)
		with := &scene{name: in.name, timeline: append(slices.Clip(in.timeline), event)}
		if _, err := s.plan(with); err == nil {
			*in = *with
		}
	}
}

// figuresOf gives the means over runs.
func figuresOf(answers []probe.Answer) Figures {
	var f Figures
	var sales, failed, parked, good, attempts int64
	for i := range answers {
		a := &answers[i]
		sales, failed, parked = sales+a.Sales, failed+a.Failed, parked+a.Parked
		good, attempts = good+a.Good, attempts+a.Attempts
		f.P99 += a.P99 / float64(len(answers))
	}
	if sales == 0 {
		return f
	}
	per := func(n int64) float64 { return float64(n) / float64(sales) }
	f.FailedPer1000, f.ParkedPer1000 = per(failed)*1000, per(parked)*1000
	f.GoodputShare, f.AttemptsPerSale = per(good), per(attempts)
	return f
}

// costs measures what strengths cost in each scene, for all sets of them at once.
func (a *advisor) costs(ctx context.Context, all [][]Strength) ([]*Cost, error) {
	out := make([]*Cost, len(all))
	for i := range out {
		out[i] = &Cost{}
	}
	mild, err := a.settings.mild()
	if err != nil {
		return nil, err
	}
	for _, s := range []struct {
		in    *scene
		place func(*Cost) **Effect
	}{
		{a.settings.calm(), func(c *Cost) **Effect { return &c.Calm }},
		{mild, func(c *Cost) **Effect { return &c.Mild }},
		{nil, func(c *Cost) **Effect { return &c.Storm }},
	} {
		effects, err := a.effects(ctx, s.in, all)
		if err != nil {
			return nil, err
		}
		for i := range out {
			*s.place(out[i]) = effects[i]
		}
	}
	return out, nil
}

// effects gives what sets of strengths do in a scene; nil where the scene cannot be.
func (a *advisor) effects(ctx context.Context, in *scene, all [][]Strength) ([]*Effect, error) {
	var asked []request
	possible := make([]bool, len(all))
	for i, chosen := range all {
		without, with := a.settings.unchanged(in, chosen), a.settings.changes(in, chosen)
		x, errX := a.settings.with(without)
		y, errY := a.settings.with(with)
		if possible[i] = errX == nil && errY == nil; !possible[i] {
			continue
		}
		for run := range costSeeds {
			asked = append(asked, request{keyOf(without), &x.Plan, costRuns + run}, request{keyOf(with), &y.Plan, costRuns + run})
		}
	}
	answers, err := a.runs.answers(ctx, asked)
	if err != nil {
		return nil, err
	}
	out := make([]*Effect, len(all))
	for i := range all {
		if !possible[i] {
			continue
		}
		var without, with []probe.Answer
		for range costSeeds {
			without, with = append(without, answers[0]), append(with, answers[1])
			answers = answers[2:]
		}
		if e := (Effect{figuresOf(without), figuresOf(with)}); e.Without.AttemptsPerSale > 0 && e.With.AttemptsPerSale > 0 {
			out[i] = &e
		}
	}
	return out, nil
}
