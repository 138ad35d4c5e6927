package junit

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

func suitesOf(r *reports.Result) suites {
	out := suites{Name: summary.Title(r), Suites: []suite{}}
	n := numbering{}
	took := 0.0
	for i := range r.Variants {
		out.add(suiteOf(r, &r.Variants[i], n))
		took += realTime(&r.Variants[i])
	}
	// Without this, what was never begun would not be missed.
	if r.Incomplete || len(r.Variants) == 0 {
		out.add(unfinished(r))
	}
	out.Time = secondsOf(took)
	return out
}

// unfinished has one case, which no result that was broken off can pass.
func unfinished(r *reports.Result) suite {
	why := "was broken off before every run was made"
	if !r.Incomplete {
		why = "holds no variant; nothing was run"
	}
	name := phrase.Name(r.Scenario)
	s := suite{Name: name, Timestamp: timestamp(r), Properties: properties(r)}
	s.add(testcase{
		Name: name + ": every run was made", Class: class(r.Scenario, "all variants"),
		Error: &finding{Message: "the result " + why, Type: "incomplete", Text: "The result " + why + "."},
	})
	return s
}

func suiteOf(r *reports.Result, v *reports.Variant, n numbering) suite {
	name := phrase.Name(v.Name)
	s := suite{
		Name: phrase.Name(r.Scenario) + ": " + name, Timestamp: timestamp(r),
		Time: secondsOf(realTime(v)), Properties: propertiesOf(r, v),
	}
	first := verdictCase(v)
	first.Time = s.Time
	cases := []testcase{first}
	for i := range v.Gates {
		cases = append(cases, gateCase(v, &v.Gates[i]))
	}
	for _, c := range cases {
		c.Name = n.unique(name + ": " + c.Name)
		c.Class = class(r.Scenario, v.Name)
		s.add(c)
	}
	return s
}

// numbering tells names apart that are the same.
type numbering map[string]int

func (n numbering) unique(name string) string {
	n[name]++
	if n[name] == 1 {
		return name
	}
	return n.unique(fmt.Sprintf("%s (%d)", name, n[name]))
}

// class gives a class name of two parts.
func class(scenario, variant string) string {
	part := func(s string) string { return strings.ReplaceAll(phrase.Name(s), ".", "_") }
	return part(scenario) + "." + part(variant)
}

func timestamp(r *reports.Result) string {
	if r.StartedAt.IsZero() {
		return ""
	}
	return r.StartedAt.UTC().Format("2006-01-02T15:04:05")
}

// realTime is how many seconds the runs of a variant took in real time.
func realTime(v *reports.Variant) float64 {
	sum := 0.0
	for i := range v.Runs {
		if g := &v.Runs[i].Generator; g.Cores > 0 {
			sum += g.WallS
		}
	}
	return sum
}

func secondsOf(s float64) seconds {
	if !(s > 0) || math.IsInf(s, 0) {
		return ""
	}
	return seconds(strconv.FormatFloat(s, 'f', 3, 64))
}

// properties are what one needs to know to run it again, and the counts.
func properties(r *reports.Result, more ...property) []property {
	list := append([]property{
		{"scenario", r.Scenario},
		{"engine", r.Engine},
		{"seed", strconv.FormatUint(r.Seed, 10)},
	}, more...)
	for _, name := range slices.Sorted(maps.Keys(r.Versions)) {
		list = append(list, property{"version of " + phrase.Name(name), r.Versions[name]})
	}
	for i := range list {
		list[i].Value = phrase.Plain(list[i].Value)
	}
	return list
}

func propertiesOf(r *reports.Result, v *reports.Variant) []property {
	return properties(r,
		property{"variant", v.Name},
		property{"runs", strconv.Itoa(len(v.Runs))},
		property{"as expected", share(v.Probability)})
}
