package advice

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// paths compares paths of one plan, in which nodes and cohorts have names.
type paths struct{ plan *experiment.Plan }

// steps splits a path, with names of nodes and cohorts as indexes.
func (p paths) steps(path string) []string {
	path = strings.NewReplacer("[", ".", "]", "").Replace(path)
	all := strings.FieldsFunc(path, func(r rune) bool { return r == '.' })
	switch {
	case len(all) > 1 && all[0] == "fleet":
		for i := range p.plan.Fleet {
			if p.plan.Fleet[i].Cohort == all[1] {
				all[1] = strconv.Itoa(i)
			}
		}
	case len(all) > 2 && all[0] == "backend" && all[1] == "nodes":
		for i := range p.plan.Backend.Nodes {
			if p.plan.Backend.Nodes[i].Name == all[2] {
				all[2] = strconv.Itoa(i)
			}
		}
	}
	return all
}

// touch says whether two paths mean something in common: one is the other, or a part
// of it.
func (p paths) touch(a, b string) bool {
	x, y := p.steps(a), p.steps(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] && x[i] != "*" && y[i] != "*" {
			return false
		}
	}
	return true
}

// anyTouch says whether some path of one list touches one of the other.
func (p paths) anyTouch(a, b []string) bool {
	for _, x := range a {
		if slices.ContainsFunc(b, func(y string) bool { return p.touch(x, y) }) {
			return true
		}
	}
	return false
}

// price gives what a change of the paths costs.
func (p paths) price(prices map[string]float64, changed []string) float64 {
	found, most := false, 0.0
	for _, pattern := range sortedKeys(prices) {
		if p.anyTouch([]string{pattern}, changed) {
			found, most = true, max(most, prices[pattern])
		}
	}
	if !found {
		return 1
	}
	return most
}
