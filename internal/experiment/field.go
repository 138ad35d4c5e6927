package experiment

import (
	"encoding"
	"encoding/json"
	"reflect"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// Field is what stands at a path of a declaration.
type Field struct {
	Path     string // in its short form, with dots between its steps
	Quantity Quantity
	// Value is what is declared there, or else the default that is filled in; of the
	// first element where the path has a *. It is nil where nothing is.
	Value json.RawMessage
	// Default says that Value is not declared.
	Default bool
}

// Amount gives the value as a number: seconds of a time, bytes of a size, +Inf of
// 'unbounded'. It says false if there is none, or if it is no amount.
func (f Field) Amount() (float64, bool) {
	if f.Value == nil || !f.Quantity.Amount() {
		return 0, false
	}
	n, _, err := parse(f.Value)
	if err != nil {
		return 0, false
	}
	x, err := f.Quantity.read(n)
	return x, err == nil
}

// Field tells what stands at a path of a variant, with defaults filled in. What can be
// declared and is not has no value. The error is an ErrNoVariant, or a field.List that
// says of an unknown path which ones there are near it, and of one beyond the end of a
// list how long that is.
func (d *Declaration) Field(variant, path string) (Field, error) {
	tree, err := d.tree(variant)
	if err != nil {
		return Field{}, err
	}
	steps, err := readPath(path)
	if err != nil {
		return Field{}, err
	}
	v, err := d.experiment.Variant(variant)
	if err != nil {
		return Field{}, err
	}
	plan := complete(v.Plan)
	at := spot{node: tree, t: reflect.TypeFor[Plan](), filled: reflect.ValueOf(plan)}
	for _, name := range steps {
		if at, err = at.into(name); err != nil {
			return Field{}, err
		}
	}
	out := Field{Path: steps.String(), Quantity: quantityOf(at.t)}
	if at.node != nil {
		out.Value = at.node.json()
	} else if at.filled.IsValid() {
		out.Value = filledIn(at.filled)
		out.Default = out.Value != nil
	}
	return out, nil
}

// spot is a place in a declaration: what is declared there, if anything is, its type,
// and the value that it has once defaults are filled in, if it has one.
type spot struct {
	path   string
	node   *node
	t      reflect.Type
	filled reflect.Value
}

// into goes one step further in.
func (s spot) into(name string) (spot, error) {
	switch stepsInto(s.t) {
	case aField:
		f, err := fieldOf(s.t, s.path, name)
		if err != nil {
			return spot{}, err
		}
		next := spot{path: at(s.path, name), node: s.node.get(name), t: f.Type}
		if s.filled.IsValid() {
			next.filled = s.filled.FieldByIndex(f.Index)
		}
		return next.settled(), nil
	case anElement:
		all, err := elements(s.node, s.t, s.path, name)
		if err != nil {
			return spot{}, err
		}
		next := spot{path: field.At(s.path, all[0]), node: s.node.items[all[0]], t: s.t.Elem()}
		if s.filled.IsValid() && all[0] < s.filled.Len() {
			next.filled = s.filled.Index(all[0])
		}
		return next.settled(), nil
	}
	return spot{}, noParts(s.t, s.path)
}

// settled follows a pointer, and drops what is taken away.
func (s spot) settled() spot {
	if s.node != nil && (s.node.shape == deleted || s.node.shape == null) {
		s.node = nil
	}
	if s.t.Kind() == reflect.Pointer {
		s.t = s.t.Elem()
		s.filled = reflect.Indirect(s.filled)
	}
	return s
}

// filledIn writes a default as it would be declared; nil if it is one that cannot be,
// such as no bound at all.
func filledIn(v reflect.Value) json.RawMessage {
	switch q := quantityOf(v.Type()); q {
	case Flag:
		return (&node{shape: boolean, literal: map[bool]string{true: "true", false: "false"}[v.Bool()]}).json()
	case Word:
		return wordOf(v)
	case Limit:
		if v.Interface() == field.Unbounded {
			return json.RawMessage(`"unbounded"`)
		}
		return amountOf(q, float64(v.Int()))
	case Time:
		return amountOf(q, float64(v.Int())/1e9)
	case Count, Size:
		return amountOf(q, float64(v.Int()))
	case Number, Share:
		return amountOf(q, v.Float())
	}
	if v.Kind() == reflect.String && v.String() != "" {
		return (&node{shape: text, literal: v.String()}).json()
	}
	return nil
}

// amountOf writes an amount, of which zero is none.
func amountOf(q Quantity, x float64) json.RawMessage {
	if x == 0 {
		return nil
	}
	return q.JSON(x)
}

// wordOf writes the word of an enumeration; nil where it stands for none.
func wordOf(v reflect.Value) json.RawMessage {
	back := reflect.New(v.Type())
	m, _ := v.Interface().(encoding.TextMarshaler)
	u, _ := back.Interface().(encoding.TextUnmarshaler)
	if m == nil || u == nil {
		return nil
	}
	word, err := m.MarshalText()
	if err != nil || u.UnmarshalText(word) != nil || !back.Elem().Equal(v) {
		return nil
	}
	return (&node{shape: text, literal: string(word)}).json()
}

// complete gives a copy of a plan with the defaults that the parts of a run fill in by
// themselves: those of retry policies and of the judge.
func complete(p Plan) Plan {
	p.Judge = p.Judge.WithDefaults(p.Demand())
	p.Fleet = append([]terminal.Config(nil), p.Fleet...)
	for i := range p.Fleet {
		c := &p.Fleet[i]
		c.Retry = retrying(c.Retry)
		if c.Offline != nil {
			o := *c.Offline
			o.Retry = retrying(o.Retry)
			c.Offline = &o
		}
	}
	p.Backend.Nodes = append(p.Backend.Nodes[:0:0], p.Backend.Nodes...)
	for i := range p.Backend.Nodes {
		n := &p.Backend.Nodes[i]
		n.Calls = append(n.Calls[:0:0], n.Calls...)
		for k := range n.Calls {
			n.Calls[k].Retry = retrying(n.Calls[k].Retry)
		}
	}
	return p
}

// retrying gives a policy with its defaults; one that never retries has none.
func retrying(c retry.Config) retry.Config {
	if c.Backoff == retry.None {
		return c
	}
	return c.WithDefaults()
}
