package experiment

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Demand is what a command line asks of a scenario beyond its declaration. The
// zero value asks for nothing.
type Demand struct {
	// AtLeast is the probability that the runs must show; see Expect. As
	// declared if nil.
	AtLeast *field.Ratio `json:"atLeast"`
	Gate
}

// ParseDemand reads a demand from words, by the names that a declaration gives
// the fields; empty words are passed over. The error is a field.List of
// everything that is wrong.
func ParseDemand(words map[string]string) (Demand, error) {
	d := newDecoder()
	var out Demand
	tree := &node{shape: object}
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if w := words[name]; w != "" {
			tree.members = append(tree.members, member{name, ofWord(w)})
		}
	}
	d.value("", tree, reflect.ValueOf(&out).Elem())
	if a := out.AtLeast; a != nil && len(d.problems) == 0 && !(*a > 0 && *a < 1) {
		d.fail("atLeast", "%s can be shown by no number of runs; write a share between 0 and 1, such as 0.95", field.Show(words["atLeast"]))
	}
	if wrong := append(d.problems, d.judge(out.Validate())...); len(wrong) > 0 {
		return Demand{}, wrong
	}
	return out, nil
}

// ofWord is the value that a word stands for in JavaScript.
func ofWord(w string) *node {
	if _, err := strconv.ParseFloat(w, 64); err == nil {
		return &node{shape: number, literal: w}
	}
	if w == "true" || w == "false" {
		return &node{shape: boolean, literal: w}
	}
	return &node{shape: text, literal: w}
}

var errNobodyToPass = errors.New("no variant that is to run is expected to be healthy or recovered, so there is nothing to demand this of; " +
	"take the demand away, or choose another variant")

// Apply gives the variants with the demand put on each that is expected to be
// healthy or recovered. An incident that is to collapse, as it once did, is left
// alone; where there is nothing else the demand is an error.
func (d Demand) Apply(variants []Variant) ([]Variant, error) {
	if d == (Demand{}) {
		return variants, nil
	}
	out, met := slices.Clone(variants), false
	for i := range out {
		if !out[i].Expect.Passing() {
			continue
		}
		met = true
		out[i].Gate = out[i].Gate.Over(d.Gate)
		if d.AtLeast != nil {
			out[i].Expect.AtLeast = *d.AtLeast
		}
	}
	if !met {
		return nil, errNobodyToPass
	}
	return out, nil
}
