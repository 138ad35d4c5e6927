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
	confidence = 0.9 // that the edge lies in the interval given
	edgeRuns   = 300 // the most for one edge, of which about half are made
	near       = 1.1 // an interval of which one end is so many times the other is narrow enough
)

// glances are the factors that are looked at first, one after the other until the
// variant does not always come back: the edge is sought before that one. Where it comes
// back at each there is no edge as far as was looked.
var glances = []float64{1.5, 3, farthest}

// side is a parameter in one of its directions.
type side struct {
	parameter parameter
	values    []float64 // by level: from what is declared outwards, each other than the one before
	glances   []int     // levels
	search    *edge.Search
	kinds     [][verdict.Overloaded + 1]int // by level
	edge      int                           // the first glance of which not all came back, or could be looked at; 0 if there is none
	ended     bool                          // nothing farther is valid
	looked    int                           // the farthest glance of which all came back
}

func newSide(p parameter, up bool) *side {
	s := &side{parameter: p}
	for i := range sections + 1 {
		f := math.Pow(farthest, float64(i)/sections)
		if !up {
			f = 1 / f
		}
		if x := p.round(p.now * f); len(s.values) == 0 || x > 0 && x != s.values[len(s.values)-1] {
			s.values = append(s.values, x)
		}
	}
	for _, g := range glances {
		level := len(s.values) - 1
		for level > 1 && s.far(level) > g {
			level--
		}
		s.glances = append(s.glances, level)
	}
	s.kinds = make([][verdict.Overloaded + 1]int, len(s.values))
	return s
}

// far is how many times as much, or as little, a level is as what is declared.
func (s *side) far(level int) float64 {
	f := s.values[level] / s.parameter.now
	return max(f, 1/f)
}

// searched begins the search.
func (s *side) searched(atLeast float64) {
	s.search = edge.New(edge.Config{
		Levels: s.edge + 1, AtLeast: atLeast, Confidence: confidence, Runs: edgeRuns,
		Enough: func(low, high int) bool { return s.far(high)/s.far(low) <= near },
	})
}

// margins looks how far each parameter can go either way.
func (a *advisor) margins(ctx context.Context) error {
	var all []*side
	for _, p := range a.settings.parameters() {
		for _, up := range []bool{true, false} {
			if s := newSide(p, up); len(s.values) > 1 {
				all = append(all, s)
			}
		}
	}
	a.note("Edges are looked for up to %g times as much and as little, with a confidence of %g%%. Where %d runs at each of %d amounts up to that all came back, none was found.",
		farthest, confidence*100, screened, len(glances))
	for i := range glances {
		if err := a.glance(ctx, all, i); err != nil {
			return err
		}
	}
	var edged []*side
	for _, s := range all {
		if s.edge > 0 {
			s.searched(a.cfg.AtLeast)
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

// glance makes a few runs of each side that has no edge yet, at one of the glances.
func (a *advisor) glance(ctx context.Context, all []*side, which int) error {
	batch := make([][]edge.Trial, len(all))
	for i, s := range all {
		if s.edge > 0 || s.ended {
			continue
		}
		for run := range screened {
			batch[i] = append(batch[i], edge.Trial{Level: s.glances[which], Run: run})
		}
	}
	answers, err := a.look(ctx, all, batch)
	if err != nil {
		return err
	}
	for i, s := range all {
		if len(batch[i]) == 0 {
			continue
		}
		level := s.glances[which]
		switch known := s.known(level); {
		case known == 0: // no valid plan has it
			s.ended = true
		case slices.Contains(answers[i], edge.No) || s.kinds[level][verdict.Invalid] > 0:
			s.edge = level
		default:
			s.looked = level
		}
	}
	return nil
}

// known counts the runs of a level.
func (s *side) known(level int) int {
	n := 0
	for _, count := range s.kinds[level] {
		n += count
	}
	return n
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
				changes = s.parameter.set(s.values[t.Level])
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
		m := s.margin(r.No, r.Yes, r.No)
		m.Shown = true
		return m, true
	case !math.IsNaN(r.Estimate) && r.Finding != edge.NoAnswer && !r.Rising:
		low, high := max(r.Yes, 0), s.edge
		if r.No >= 0 {
			high = r.No
		}
		return s.margin(min(max(int(math.Ceil(r.Estimate)), low), high), low, high), true
	}
	return Margin{}, false
}

// margin words an edge at a level, which lies between two.
func (s *side) margin(level, low, high int) Margin {
	x := s.values[level]
	m := Margin{
		Path: s.parameter.path, Now: s.parameter.quantity.JSON(s.parameter.now),
		Low: min(s.values[low], s.values[high]), High: max(s.values[low], s.values[high]), Factor: x / s.parameter.now, Phrase: s.parameter.phrase(x, low < high),
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
