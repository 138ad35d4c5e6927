package experiment

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Declaration is a scenario as declared, from which plans are made with other
// values in the place of some. It never changes, so that it is safe for concurrent
// use.
type Declaration struct {
	text       []byte
	experiment *Experiment
	body       *node   // the base: without the name and the variants
	trees      []*node // the base with the patch of each variant, in the order of the variants
}

// Change puts a value in the place of another one.
type Change struct {
	// Path is where, such as "fleet.0.timeout", "backend.nodes.api.workers" or
	// "fleet.*.terminals"; "fleet[0].timeout" is the same as the first. A number is an
	// index, from 0, a * stands for each element of a list, and what has a name, such as
	// a node or a cohort, is found by it too. ["a.b"] is a name with a dot in it.
	Path string
	// Value is what stands there from now on: objects and lists replace what was
	// there, and objects that are missing on the way are made. null takes the field, or
	// the element of a list, away, and so does nil.
	Value json.RawMessage
}

// Open reads a declaration as Decode does, with the same errors.
func Open(data []byte) (*Declaration, error) {
	root, wrong, err := parse(data)
	if err != nil {
		var errs field.Errors
		errs.Within("", err)
		return nil, errs.Err()
	}
	d := newDecoder()
	var doc document
	d.value("", root, reflect.ValueOf(&doc).Elem())
	wrong = append(wrong, d.problems...)
	wrong = append(wrong, d.judge(CheckName(doc.Name))...)

	base := d.plan(doc.Plan)
	body := root.without("name", "variants")
	variants := []Variant{{Name: AsDeclared, Plan: base.Plan}}
	if len(doc.Variants) == 0 {
		wrong = append(wrong, base.broken...)
	} else {
		var more field.List
		variants, more = doc.Variants.over(body, base)
		wrong = append(wrong, more...)
	}
	if len(wrong) > 0 {
		return nil, bounded(wrong)
	}
	return &Declaration{
		text: bytes.Clone(data), body: body, trees: doc.Variants.trees(body),
		experiment: &Experiment{Name: doc.Name, Variants: variants},
	}, nil
}

// trees gives the merged declaration of each variant; that of the base if there are
// no variants.
func (ps patches) trees(body *node) []*node {
	if len(ps) == 0 {
		return []*node{body}
	}
	out := make([]*node, len(ps))
	for i, p := range ps {
		out[i] = merge(body, p.tree)
	}
	return out
}

// Experiment gives the scenario without any change. It is shared: whoever changes a
// plan makes one by With.
func (d *Declaration) Experiment() *Experiment { return d.experiment }

// Text gives the declaration as it was read.
func (d *Declaration) Text() []byte { return bytes.Clone(d.text) }

// With gives a variant with changes made, in their order, with defaults filled in and
// validated. It shares no memory with any other. The error is an ErrNoVariant, or a
// field.List of what is wrong with a path or a value, or with the plan that comes out.
func (d *Declaration) With(variant string, changes ...Change) (Variant, error) {
	tree, err := d.changed(variant, changes)
	if err != nil {
		return Variant{}, err
	}
	got := decodePlan(tree)
	if wrong := slices.Concat(got.unread, got.broken); len(wrong) > 0 {
		return Variant{}, bounded(wrong)
	}
	return Variant{Name: variant, Plan: got.Plan}, nil
}

// Patch gives the merge patch over the base that makes a variant of the given one
// with the changes, which is what stands under variants in a declaration. Lists are
// whole, as RFC 7396 has it. Errors are as of With, but for the plan that comes out,
// which is not looked at.
func (d *Declaration) Patch(variant string, changes ...Change) (json.RawMessage, error) {
	tree, err := d.changed(variant, changes)
	if err != nil {
		return nil, err
	}
	return difference(d.body, tree).json(), nil
}

// changed gives the merged declaration of a variant with changes made.
func (d *Declaration) changed(variant string, changes []Change) (*node, error) {
	tree, err := d.tree(variant)
	for _, c := range changes {
		if err != nil {
			return nil, err
		}
		tree, err = c.over(tree)
	}
	return tree, err
}

// tree gives the merged declaration of a variant.
func (d *Declaration) tree(variant string) (*node, error) {
	i := slices.IndexFunc(d.experiment.Variants, func(v Variant) bool { return v.Name == variant })
	if i < 0 {
		_, err := d.experiment.Variant(variant)
		return nil, err
	}
	return d.trees[i], nil
}
