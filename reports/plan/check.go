package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// check settles the values of a plan that was read, and reports every field that does
// not agree with another one.
func (p *Plan) check() error {
	var errs field.Errors
	if len(p.Vary) > 2 {
		errs.Add("vary", "has %d parameters; a plan has at most two", len(p.Vary))
		return errs.Err()
	}
	p.eachPlace(&errs)
	if errs.Err() != nil {
		return errs.Err() // nothing else can be told where values are missing
	}
	p.eachValue(func(path string, a *Axis, v *Value) {
		if a.settle(v); !a.fits(*v) {
			errs.Add(path, "is %s, but the quantity of the parameter is %s", field.Show(fmt.Sprint(v.shown())), a.Quantity)
		}
	})
	errs.Within("edge", p.Edge.check())
	for i := range p.Points {
		errs.Within(field.At("points", i), p.Points[i].check(p.For))
	}
	if p.Map != nil {
		errs.Within("map", p.Map.check())
	}
	return errs.Err()
}

// eachPlace reports what has another number of values than there are parameters.
func (p *Plan) eachPlace(errs *field.Errors) {
	for i := range p.Points {
		if n := len(p.Points[i].At); n != len(p.Vary) {
			errs.Add(field.Join(field.At("points", i), "at"), "has %d values of %d parameters", n, len(p.Vary))
		}
	}
	for i := range p.Confirmed {
		if n := len(p.Confirmed[i].At); n != len(p.Vary) {
			errs.Add(field.Join(field.At("confirmed", i), "at"), "has %d values of %d parameters", n, len(p.Vary))
		}
	}
	if p.Edge != nil && len(p.Vary) != 1 {
		errs.Add("edge", "is that of one parameter, but there are %d", len(p.Vary))
	}
	if p.Map != nil && len(p.Vary) != 2 {
		errs.Add("map", "is one of two parameters, but there are %d", len(p.Vary))
	}
}

// eachValue calls visit for each value, with its path and its axis.
func (p *Plan) eachValue(visit func(path string, a *Axis, v *Value)) {
	list := func(path string, a *Axis, values []Value) {
		for i := range values {
			visit(field.At(path, i), a, &values[i])
		}
	}
	for i := range p.Vary {
		a, path := &p.Vary[i], field.At("vary", i)
		visit(field.Join(path, "from"), a, &a.From)
		visit(field.Join(path, "to"), a, &a.To)
		list(field.Join(path, "values"), a, a.Values)
	}
	if e := p.Edge; e != nil {
		a := &p.Vary[0]
		visit("edge.value", a, &e.Value)
		visit("edge.low", a, &e.Low)
		visit("edge.high", a, &e.High)
		if e.Never != nil {
			visit("edge.never", a, e.Never)
		}
		list("edge.others", a, e.Others)
	}
	for i := range p.Points {
		for k := range p.Points[i].At {
			visit(field.At(field.Join(field.At("points", i), "at"), k), &p.Vary[k], &p.Points[i].At[k])
		}
	}
	for i := range p.Confirmed {
		for k := range p.Confirmed[i].At {
			visit(field.At(field.Join(field.At("confirmed", i), "at"), k), &p.Vary[k], &p.Confirmed[i].At[k])
		}
	}
	if p.Map != nil {
		list("map.x", &p.Vary[0], p.Map.X)
		list("map.y", &p.Vary[1], p.Map.Y)
	}
}

// check reports an edge that lies outside its interval. Words have no order of their own.
func (e *Edge) check() error {
	var errs field.Errors
	if e == nil {
		return nil
	}
	if !e.Value.Worded && !(e.Low.X <= e.Value.X && e.Value.X <= e.High.X) {
		errs.Add("value", "is %v, outside the interval from %v to %v", e.Value.X, e.Low.X, e.High.X)
	}
	return errs.Err()
}

// check reports counts that the kinds do not make, and an interval that is not theirs.
func (p *Point) check(success []verdict.Kind) error {
	var errs field.Errors
	const most = 1 << 40 // more would be no runs that anybody made, and their sum might overflow
	k, n := 0, 0
	for _, kind := range kindsOf(p.Kinds) {
		count := p.Kinds[kind]
		if count > most {
			errs.Add("kinds."+kind.String(), "is %d, more than %d", count, most)
			return errs.Err()
		}
		if kind == verdict.Invalid {
			continue
		}
		n += count
		if slices.Contains(success, kind) {
			k += count
		}
	}
	if p.K != k || p.N != n {
		errs.Add("k", "is %d of %d runs, but the kinds make it %d of %d", p.K, p.N, k, n)
		return errs.Err()
	}
	low, high := decision.Wilson(k, n)
	const tolerance = 1e-6 // what a report rounds to
	if math.Abs(p.Low-low) > tolerance || math.Abs(p.High-high) > tolerance {
		errs.Add("low", "and high are %v and %v, but the interval of %d of %d is %v to %v", p.Low, p.High, k, n, low, high)
	}
	return errs.Err()
}

// check reports a map whose cells are not those of its values.
func (m *Map) check() error {
	var errs field.Errors
	if len(m.Cells) != len(m.X)*len(m.Y) {
		errs.Add("cells", "are %d, but there are %d × %d values", len(m.Cells), len(m.X), len(m.Y))
	}
	for i := range m.Cells {
		if c := &m.Cells[i]; c.K > c.N {
			errs.Add(field.Join(field.At("cells", i), "k"), "is %d of %d runs", c.K, c.N)
		}
	}
	return errs.Err()
}
