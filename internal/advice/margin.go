package advice

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// How far, how finely and how surely an edge is looked for.
const (
	farthest   = 8.0 // times as much, or as little
	sections   = 48  // between what is declared and that, each 4.4% from the next
	confidence = 0.8 // that the edge lies in the interval given
	edgeRuns   = 300 // the most for one edge, of which about half are made
	near       = 2   // sections that are narrow enough
)

// glances are the sections that are looked at first; where the variant comes back at
// each there is no edge as far as was looked.
var glances = []int{10, 24, sections}

// side is a parameter in one of its directions.
type side struct {
	parameter parameter
	up        bool
	search    *edge.Search
	kinds     [sections + 1][verdict.Overloaded + 1]int
	edge      bool // some glance did not come back
	looked    int  // the farthest glance of which all came back
}

// value gives the amount at a level.
func (s *side) value(level int) float64 {
	f := math.Pow(farthest, float64(level)/sections)
	if !s.up {
		f = 1 / f
	}
	return s.parameter.round(s.parameter.now * f)
}

// margins looks how far each parameter can go either way.
func (a *advisor) margins(ctx context.Context) error {
	var all []*side
	for _, p := range a.settings.parameters() {
		all = append(all, &side{parameter: p, up: true}, &side{parameter: p})
	}
	a.note("Edges are looked for up to %g times as much and as little, with a confidence of %g%%. Where %d runs at each of %d amounts up to that all came back, none was found.",
		farthest, confidence*100, screened, len(glances))
	if err := a.glance(ctx, all); err != nil {
		return err
	}
	var edged []*side
	for _, s := range all {
		if s.edge {
			s.search = edge.New(edge.Config{Levels: sections + 1, AtLeast: a.cfg.AtLeast, Confidence: confidence, Runs: edgeRuns,
				Enough: func(low, high int) bool { return high-low <= near }})
			edged = append(edged, s)
		} else if s.looked > 0 {
			a.result.Beyond = append(a.result.Beyond, s.margin(s.looked, s.looked, s.looked))
		}
	}
	err := a.narrow(ctx, edged)
	for _, s := range edged {
		if m, ok := s.found(); ok {
			a.result.Margins = append(a.result.Margins, m)
		} else {
			a.note("Where %s has its edge could not be told.", s.parameter.path)
		}
	}
	far := func(m Margin) float64 { return math.Abs(math.Log(m.Factor)) }
	slices.SortStableFunc(a.result.Margins, func(x, y Margin) int { return cmp.Compare(far(x), far(y)) })
	return err
}

// glance makes a few runs of each side, far apart.
func (a *advisor) glance(ctx context.Context, all []*side) error {
	var trials []edge.Trial
	for _, level := range glances {
		for run := range screened {
			trials = append(trials, edge.Trial{Level: level, Run: run})
		}
	}
	batch := make([][]edge.Trial, len(all))
	for i := range all {
		batch[i] = trials
	}
	answers, err := a.look(ctx, all, batch)
	if err != nil {
		return err
	}
	for i, s := range all {
		for k, level := range glances {
			at := answers[i][k*screened : (k+1)*screened]
			s.edge = s.edge || slices.Contains(at, edge.No) || s.kinds[level][verdict.Invalid] > 0
			if !slices.Contains(at, edge.No) && !slices.Contains(at, edge.Unknown) {
				s.looked = level
			}
		}
	}
	return nil
}

// narrow goes on with the searches beside each other until each is done.
func (a *advisor) narrow(ctx context.Context, all []*side) error {
	for {
		batch, asked := make([][]edge.Trial, len(all)), 0
		for i, s := range all {
			batch[i] = s.search.Next()
			asked += len(batch[i])
		}
		if asked == 0 {
			return nil
		}
		a.runs.left = asked * 3
		answers, err := a.look(ctx, all, batch)
		if err != nil {
			return err
		}
		for i, s := range all {
			if len(batch[i]) > 0 {
				s.search.Learn(answers[i])
			}
		}
	}
}

// look makes the trials of each side. What no valid plan has proves nothing.
func (a *advisor) look(ctx context.Context, all []*side, batch [][]edge.Trial) ([][]edge.Answer, error) {
	var asked []request
	out := make([][]edge.Answer, len(all))
	type place struct{ side, trial int }
	var places []place
	for i, s := range all {
		out[i] = make([]edge.Answer, len(batch[i]))
		for k, t := range batch[i] {
			var changes []experiment.Change
			if t.Level > 0 {
				changes = s.parameter.set(s.value(t.Level))
			}
			v, err := a.settings.with(changes)
			if err != nil {
				continue
			}
			asked = append(asked, request{key: keyOf(changes), plan: &v.Plan, run: t.Run})
			places = append(places, place{i, k})
		}
	}
	answers, err := a.runs.answers(ctx, asked)
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		out[p.side][p.trial] = back(&answers[i])
		all[p.side].kinds[batch[p.side][p.trial].Level][answers[i].Kind]++
	}
	return out, nil
}

// found gives the edge of a side, from what its search knows.
func (s *side) found() (Margin, bool) {
	r := s.search.Result()
	switch {
	case r.Found && r.No > r.Yes:
		return s.margin(r.No, r.Yes, r.No), true
	case !math.IsNaN(r.Estimate) && r.Finding != edge.NoAnswer && !r.Rising:
		low, high := max(r.Yes, 0), sections
		if r.No >= 0 {
			high = r.No
		}
		return s.margin(min(max(int(math.Ceil(r.Estimate)), low), high), low, high), true
	}
	return Margin{}, false
}

// margin words an edge at a level, which lies between two.
func (s *side) margin(level, low, high int) Margin {
	x := s.value(level)
	m := Margin{
		Path: s.parameter.path, Now: s.parameter.quantity.JSON(s.parameter.now),
		Low: s.value(low), High: s.value(high), Factor: x / s.parameter.now, Phrase: s.parameter.phrase(x),
	}
	if low == high {
		return m // as far as was looked
	}
	m.Edge = s.parameter.quantity.JSON(x)
	most := 0
	for kind, n := range s.kinds[high] {
		if !verdict.Kind(kind).Passes() && n > most {
			m.Becomes, most = verdict.Kind(kind), n
		}
	}
	return m
}
