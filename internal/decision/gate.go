package decision

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Gate is how one thing came out that had to hold of a variant's runs beyond
// their verdict.
type Gate struct {
	Name   string  // "time_to_recover", "collapse", "amplification", "lost" or "duplicated"
	Below  float64 // what each run had to stay below: seconds, attempts per sale or sales
	Passed bool
	Count  Count // how often it held; of "collapse", which all runs show together, once at most
	// Worst is the highest figure of a run, nil where a run has none, as one that
	// never recovered; WorstSeed is the seed of that run.
	Worst     *float64
	WorstSeed uint64
}

// Outcome says how the gate came out, with the variant's bound on the
// probability.
func (g *Gate) Outcome(atLeast field.Ratio) Outcome {
	switch {
	case g.Passed:
		return Passed
	case g.Count.failed(atLeast):
		return Failed
	}
	return Invalid
}

// reading is what a run shows to a gate: its figure, nil for more than any
// number, or that it has none.
type reading struct {
	figure *float64
	known  bool
}

// Rule is a gate that asks for something, and how a run is read.
type Rule struct {
	name  string
	below float64
	read  func(*Run) reading
	// sum reads all runs together, in place of read.
	sum func([]Run) reading
}

// rules gives what a declared gate asks for.
func rules(g experiment.Gate) []Rule {
	var out []Rule
	if t := g.TimeToRecoverBelow; t != nil {
		out = append(out, Rule{name: "time_to_recover", below: t.Seconds(), read: readRecovery})
	}
	if a := g.AmplificationBelow; a != nil {
		out = append(out, Rule{name: "amplification", below: *a, read: func(r *Run) reading {
			return reading{r.Amplification, r.Amplification != nil}
		}})
	}
	if g.NothingLost {
		out = append(out, Rule{name: "lost", below: 1, read: func(r *Run) reading { return readCount(r.Lost) }})
	}
	if g.NothingDuplicated {
		out = append(out, Rule{name: "duplicated", below: 1, read: func(r *Run) reading { return readCount(r.Duplicated) }})
	}
	if t := g.CollapseBelow; t != nil {
		out = append(out, Rule{name: "collapse", below: t.Seconds(), sum: readCollapse})
	}
	return out
}

// RuleOf gives the rule of a gate by its name, with a bound. It is not known of a
// gate that only a later version has.
func RuleOf(name string, below float64) (r Rule, known bool) {
	all := experiment.Gate{
		TimeToRecoverBelow: new(time.Second), CollapseBelow: new(time.Second), AmplificationBelow: new(2.0),
		NothingLost: true, NothingDuplicated: true,
	}
	for _, r := range rules(all) {
		if r.name == name {
			r.below = below
			return r, true
		}
	}
	return Rule{}, false
}

// GateNames gives the names of what a gate asks for, as they stand in Gate.Name.
func GateNames(g experiment.Gate) []string {
	var names []string
	for _, r := range rules(g) {
		names = append(names, r.name)
	}
	return names
}

func readRecovery(r *Run) reading {
	if r.Kind == verdict.Healthy {
		return reading{new(float64), true}
	}
	return reading{r.TimeToRecover, true}
}

// readCollapse reads the upper end of the interval of how long a collapse goes
// on; nothing collapsed takes no time.
func readCollapse(runs []Run) reading {
	c := CollapseOf(runs)
	valid := 0
	for i := range runs {
		if runs[i].Kind != verdict.Invalid {
			valid++
		}
	}
	if c == nil {
		return reading{new(float64), valid > 0}
	}
	return reading{c.High, true}
}

func readCount(n *int64) reading {
	if n == nil {
		return reading{}
	}
	x := float64(*n)
	return reading{&x, true}
}

// judge says how a run stands to the rule. An invalid run proves nothing.
func (u Rule) judge(r *Run) (standing, *float64) {
	if r.Kind == verdict.Invalid {
		return unknown, nil
	}
	return u.hold(u.read(r))
}

// hold says how a figure stands to the rule.
func (u Rule) hold(got reading) (standing, *float64) {
	switch {
	case !got.known:
		return unknown, nil
	case got.figure != nil && *got.figure < u.below:
		return held, got.figure
	}
	return broken, got.figure
}

// Over judges all runs by the rule.
func (u Rule) Over(atLeast field.Ratio, runs []Run) Gate {
	g := Gate{Name: u.name, Below: u.below}
	if u.sum != nil {
		s, figure := u.hold(u.sum(runs))
		g.Count.add(s)
		g.Worst, g.Passed = figure, g.Count.Passes(0)
		return g
	}
	for i := range runs {
		s, figure := u.judge(&runs[i])
		if g.Count.add(s); s != unknown && (g.Count.N == 1 || worse(figure, g.Worst)) {
			g.Worst, g.WorstSeed = figure, runs[i].Seed
		}
	}
	g.Passed = g.Count.Passes(atLeast)
	return g
}

// worse compares figures, of which nil is more than any number.
func worse(a, than *float64) bool {
	return than != nil && (a == nil || *a > *than)
}
