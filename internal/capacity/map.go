package capacity

import (
	"context"

	"github.com/retrystorm/retrystorm/internal/edge"
)

// mapSize is the most values of each parameter in a map; mapRuns the most runs of a pair
// of values.
const (
	mapSize = 20
	mapRuns = 20
)

// drawMap tells the pairs of values of the two axes apart.
func (p *planner) drawMap(ctx context.Context) error {
	for i := range p.Axes {
		p.result.Axes[i] = p.Axes[i].thinned(mapSize)
	}
	p.Axes = p.result.Axes
	m := edge.NewMap(edge.MapConfig{
		Width: len(p.Axes[0].Levels), Height: len(p.Axes[1].Levels), AtLeast: p.AtLeast, Runs: p.Runs, Each: mapRuns,
	})
	p.asked, p.most = 0, p.Runs
	for batch := m.Next(); len(batch) > 0; batch = m.Next() {
		questions := make([]question, len(batch))
		for i, s := range batch {
			at := [2]int{s.X, s.Y}
			questions[i] = question{p.key(at), p.plan(at), s.Run}
		}
		got, err := p.ask(ctx, questions)
		if err != nil {
			return err
		}
		answers := make([]edge.Answer, len(got))
		for i := range got {
			p.count([2]int{batch[i].X, batch[i].Y}, &got[i])
			answers[i] = success(p.For, got[i].Kind)
		}
		m.Learn(answers)
		p.result.Map = mapOf(m)
	}
	p.result.Map = mapOf(m)
	for _, point := range p.counts {
		if point.N > 0 {
			return nil
		}
	}
	p.result.Unjudged = true
	p.result.Problem = "no run proves anything: " + p.why()
	return nil
}

func mapOf(m *edge.Map) *Map {
	r := m.Result()
	return &Map{Width: r.Width, Height: len(r.Cells) / r.Width, Cells: r.Cells}
}
