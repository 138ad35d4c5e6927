package experiment

import (
	"reflect"

	"github.com/retrystorm/retrystorm/internal/field"
)

// over gives a declaration with the change made; the tree itself stays as it is.
func (c Change) over(tree *node) (*node, error) {
	steps, err := readPath(c.Path)
	if err != nil {
		return nil, err
	}
	value, err := c.value(steps)
	if err != nil {
		return nil, err
	}
	return put(tree, reflect.TypeFor[Plan](), "", steps, value)
}

// value reads the value of a change. A null in an object means a field that is not
// there, as in a merge patch.
func (c Change) value(steps route) (*node, error) {
	if c.Value == nil {
		return &node{shape: deleted}, nil
	}
	value, wrong, err := parse(c.Value)
	if err != nil {
		var errs field.Errors
		errs.Within(steps.String(), err)
		return nil, errs.Err()
	}
	if len(wrong) > 0 {
		var errs field.Errors
		errs.Within(steps.String(), wrong)
		return nil, errs.Err()
	}
	return replacement(nil, value), nil
}

// put gives n, which is of type t and stands at the path here, with the value put at
// the end of steps. n is nil where nothing is declared; so is what comes out where
// there is nothing to take away.
func put(n *node, t reflect.Type, here string, steps route, value *node) (*node, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if n != nil && n.shape == deleted {
		n = nil
	}
	t = pointed(t)
	switch stepsInto(t) {
	case aField:
		return putField(n, t, here, steps, value)
	case anElement:
		return putElements(n, t, here, steps, value)
	}
	return nil, noParts(t, here)
}

// noParts says that a path goes on where there is nothing further in.
func noParts(t reflect.Type, here string) error {
	return failure(here, "is %s and has no parts; end the path there", wanted(t))
}

func putField(n *node, t reflect.Type, here string, steps route, value *node) (*node, error) {
	f, err := fieldOf(t, here, steps[0])
	if err != nil {
		return nil, err
	}
	old := n.get(steps[0])
	changed, err := put(old, f.Type, at(here, steps[0]), steps[1:], value)
	nothing := changed == nil || changed == old || old == nil && changed.shape == deleted
	if err != nil || nothing {
		return n, err
	}
	out := &node{shape: object}
	if n != nil {
		out.members = append(out.members, n.members...)
	}
	for i := range out.members {
		if out.members[i].name == steps[0] {
			out.members[i].value = changed
			return out, nil
		}
	}
	out.members = append(out.members, member{steps[0], changed})
	return out, nil
}

func putElements(n *node, t reflect.Type, here string, steps route, value *node) (*node, error) {
	all, err := elements(n, t, here, steps[0])
	if err != nil {
		return nil, err
	}
	items := append([]*node(nil), n.items...)
	for _, i := range all {
		if items[i], err = put(items[i], t.Elem(), field.At(here, i), steps[1:], value); err != nil {
			return nil, err
		}
	}
	out := &node{shape: list}
	for _, item := range items {
		if item.shape != deleted {
			out.items = append(out.items, item)
		}
	}
	return out, nil
}
