package reports

import (
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Gate is one thing that had to hold of a variant's runs beyond their verdict.
type Gate struct {
	Name        string      `json:"name"`  // "time_to_recover", "amplification", "lost" or "duplicated"
	Below       float64     `json:"below"` // what each run had to stay below: seconds, attempts per sale or sales
	Passed      bool        `json:"passed"`
	Probability Probability `json:"probability"` // how often it held; runs that cannot tell are not in N
	// Worst is the highest figure of a run, nil where a run has none, as one that
	// never recovered; WorstSeed is the seed of that run.
	Worst     *float64 `json:"worst"`
	WorstSeed uint64   `json:"worst_seed"`
}

// reading is what a run shows to a gate: its figure, nil for more than any
// number, or that it has none.
type reading struct {
	figure *float64
	known  bool
}

// rule is a gate that asks for something, and how a run is read.
type rule struct {
	name  string
	below float64
	read  func(*Run) reading
}

// rules gives what a declared gate asks for.
func rules(g experiment.Gate) []rule {
	var out []rule
	if t := g.TimeToRecoverBelow; t != nil {
		out = append(out, rule{"time_to_recover", t.Seconds(), readRecovery})
	}
	if a := g.AmplificationBelow; a != nil {
		out = append(out, rule{"amplification", *a, func(r *Run) reading {
			return reading{r.Totals.Amplification, r.Totals.Amplification != nil}
		}})
	}
	if g.NothingLost {
		out = append(out, rule{"lost", 1, func(r *Run) reading { return readCount(r.Totals.Lost) }})
	}
	if g.NothingDuplicated {
		out = append(out, rule{"duplicated", 1, func(r *Run) reading { return readCount(r.Totals.Duplicated) }})
	}
	return out
}

func readRecovery(r *Run) reading {
	if r.Verdict.Kind == verdict.Healthy {
		return reading{new(float64), true}
	}
	return reading{r.Verdict.TimeToRecoverS, true}
}

func readCount(n *int64) reading {
	if n == nil {
		return reading{}
	}
	x := float64(*n)
	return reading{&x, true}
}

// judge says how a run stands to the rule. An invalid run proves nothing.
func (u rule) judge(r *Run) (standing, *float64) {
	got := u.read(r)
	switch {
	case r.Verdict.Kind == verdict.Invalid || !got.known:
		return unknown, nil
	case got.figure != nil && *got.figure < u.below:
		return held, got.figure
	}
	return broken, got.figure
}

// over judges all runs by the rule.
func (u rule) over(atLeast field.Ratio, runs []Run) Gate {
	var t tally
	g := Gate{Name: u.name, Below: u.below}
	for i := range runs {
		s, figure := u.judge(&runs[i])
		if t.add(s); s != unknown && (t.n == 1 || worse(figure, g.Worst)) {
			g.Worst, g.WorstSeed = figure, runs[i].Seed
		}
	}
	g.Probability = t.probability(u.name)
	g.Passed = t.passes(atLeast)
	return g
}

// worse compares figures, of which nil is more than any number.
func worse(a, than *float64) bool {
	return than != nil && (a == nil || *a > *than)
}

// Outcome says how the gate came out, with the variant's bound on the
// probability.
func (g *Gate) Outcome(atLeast float64) Outcome {
	switch {
	case g.Passed:
		return Passed
	case g.Probability.failed(atLeast):
		return Failed
	}
	return Invalid
}

// GateNames gives the names of what a gate asks for, as they stand in Gate.Name.
func GateNames(g experiment.Gate) []string {
	var names []string
	for _, u := range rules(g) {
		names = append(names, u.name)
	}
	return names
}
