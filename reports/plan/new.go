package plan

import (
	"maps"

	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// New makes the report of an answer that was found on an engine for a scenario, and of
// what confirmed it on another engine, which may be nothing. Versions of programs that
// took part and the Declaration are the caller's to add.
func New(scenario, engine string, r *capacity.Result, confirmed []capacity.Confirmed) *Plan {
	p := &Plan{
		Schema: Schema, Scenario: scenario, Variant: r.Variant, Engine: engine, Seed: r.Seed,
		Complete: r.Complete, Runs: r.Runs, For: append([]verdict.Kind{}, r.For...), AtLeast: r.AtLeast,
		Vary: []Axis{}, Problem: r.Problem, Unjudged: r.Unjudged, Points: []Point{}, Confirmed: []Confirmation{},
		Versions: map[string]string{},
	}
	for i := range r.Axes {
		p.Vary = append(p.Vary, axisOf(&r.Axes[i]))
	}
	if r.Edge != nil {
		p.Edge = edgeOf(&r.Axes[0], r.Edge)
	}
	for i := range r.Points {
		p.Points = append(p.Points, pointOf(r.Axes, &r.Points[i]))
	}
	if r.Map != nil && len(r.Axes) == 2 {
		p.Map = mapOf(r.Axes, r.Map)
	}
	p.Capacity = capacityOf(r.Demand)
	for i := range confirmed {
		p.Confirmed = append(p.Confirmed, confirmationOf(&r.Axes[0], &confirmed[i]))
	}
	return p
}

func axisOf(a *capacity.Axis) Axis {
	out := Axis{
		Path: a.Path, Quantity: Quantity(a.Quantity), Unit: unitOf(a),
		From: valueOf(a, a.Levels[0]), To: valueOf(a, a.Levels[len(a.Levels)-1]),
	}
	if a.Listed {
		out.Values = valuesOf(a, a.Levels)
	}
	return out
}

func valueOf(a *capacity.Axis, l capacity.Level) Value {
	if !a.Quantity.Amount() {
		return Value{Word: l.Text, Worded: true}
	}
	return Value{X: l.X}
}

func valuesOf(a *capacity.Axis, levels []capacity.Level) []Value {
	var out []Value
	for _, l := range levels {
		out = append(out, valueOf(a, l))
	}
	return out
}

func edgeOf(a *capacity.Axis, e *capacity.Edge) *Edge {
	out := &Edge{
		Value: valueOf(a, e.At), Low: valueOf(a, e.Inside), High: valueOf(a, e.Outside),
		Confidence: e.Confidence, Below: e.Below, Above: e.Above, Rising: e.Inside.X > e.Outside.X,
		Others: valuesOf(a, e.Others),
	}
	if out.Rising {
		out.Low, out.High = out.High, out.Low
	}
	if e.Never != nil {
		out.Never = new(valueOf(a, *e.Never))
	}
	return out
}

func pointOf(axes []capacity.Axis, p *capacity.Point) Point {
	out := Point{At: []Value{}, Kinds: maps.Clone(p.Kinds), K: p.K, N: p.N}
	for i, level := range p.At {
		out.At = append(out.At, valueOf(&axes[i], axes[i].Levels[level]))
	}
	low, high := decision.Wilson(p.K, p.N)
	out.Low, out.High = decision.Rounded(low), decision.Rounded(high)
	return out
}

func mapOf(axes []capacity.Axis, m *capacity.Map) *Map {
	out := &Map{X: valuesOf(&axes[0], axes[0].Levels), Y: valuesOf(&axes[1], axes[1].Levels), Cells: []Cell{}}
	for _, c := range m.Cells {
		out.Cells = append(out.Cells, Cell{Side: sideOf(c.Side), K: c.K, N: c.N, Invalid: c.Unknown, P: decision.Figure(c.P)})
	}
	return out
}

func sideOf(a edge.Answer) Side {
	switch a {
	case edge.Yes:
		return Success
	case edge.No:
		return Failure
	}
	return Unknown
}

func capacityOf(d *capacity.Demand) *Capacity {
	if d == nil {
		return nil
	}
	c := &Capacity{Declared: decision.Rounded(d.Declared)}
	if d.Capacity > 0 {
		c.Serves = decision.Figure(d.Capacity)
	}
	c.Healthy, c.HealthyBound = boundOf(&d.Healthy)
	c.Heals, c.HealsBound = boundOf(&d.Heals)
	if s := d.Shed; s != nil {
		c.Shed = &Shed{From: decision.Rounded(s.From), AfterS: decision.Rounded(s.After), Problem: s.Problem}
		if s.Found {
			c.ShedTo, c.ShedForS = decision.Figure(s.To), decision.Figure(s.For)
		}
	}
	return c
}

func boundOf(b *capacity.Bound) (*float64, Bound) {
	if !b.Found {
		return nil, Bound{Problem: b.Problem}
	}
	return decision.Figure(b.Value), Bound{Low: decision.Figure(b.Low), High: decision.Figure(b.High)}
}

func confirmationOf(a *capacity.Axis, c *capacity.Confirmed) Confirmation {
	return Confirmation{
		At: []Value{valueOf(a, c.At)}, Engine: c.Engine, Kind: c.Kind, Agrees: c.Agrees, Success: c.Want, Problem: c.Problem,
	}
}
