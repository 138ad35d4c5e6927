package reports

import (
	"sort"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// standing is how a run stands to what is demanded of it.
type standing uint8

const (
	unknown standing = iota // the run cannot tell
	broken
	held
)

// tally counts runs: k of n in which a demand held, and those that cannot tell.
type tally struct{ k, n, invalid int }

func tallied(judge func(*Run) standing, runs []Run) tally {
	var t tally
	for i := range runs {
		t.add(judge(&runs[i]))
	}
	return t
}

func (t *tally) add(s standing) {
	switch s {
	case held:
		t.k++
		t.n++
	case broken:
		t.n++
	default:
		t.invalid++
	}
}

func (t tally) probability(kind string) Probability {
	low, high := Wilson(t.k, t.n)
	return Probability{Kind: kind, K: t.k, N: t.n, Low: rounded(low), High: rounded(high), Invalid: t.invalid}
}

func (t tally) passes(atLeast field.Ratio) bool {
	return t.n > 0 && t.invalid == 0 && shown(atLeast, t.k, t.n)
}

// failed says whether the runs show that what was demanded does not hold.
func (p Probability) failed(atLeast float64) bool {
	return p.K < p.N || atLeast > 0 && p.N > 0 && p.Invalid == 0 && !shown(field.Ratio(atLeast), p.K, p.N)
}

// expecting judges a run by its verdict. An invalid one proves nothing.
func expecting(expect experiment.Expect) func(*Run) standing {
	return func(r *Run) standing {
		switch kind := r.Verdict.Kind; {
		case kind == verdict.Invalid:
			return unknown
		case expect.Accepts(kind):
			return held
		}
		return broken
	}
}

// shown says whether k of n runs are what was demanded: all of them or, with a
// bound, so many that the interval of the true share begins there.
func shown(atLeast field.Ratio, k, n int) bool {
	if atLeast == 0 {
		return k == n
	}
	low, _ := Wilson(k, n)
	return low >= float64(atLeast)
}

// Settled says whether the runs so far make the answer of an expectation with a
// bound certain, so that left more of them could not change it. One without is
// never settled early: it asks for all of its runs.
func Settled(expect experiment.Expect, gate experiment.Gate, runs []Run, left int) bool {
	if expect.AtLeast == 0 {
		return false
	}
	judges := []func(*Run) standing{expecting(expect)}
	for _, u := range rules(gate) {
		judges = append(judges, func(r *Run) standing { s, _ := u.judge(r); return s })
	}
	all := true
	for _, judge := range judges {
		t := tallied(judge, runs)
		if t.n > 0 && !shown(expect.AtLeast, t.k+left, t.n+left) {
			return true
		}
		all = all && t.n > 0 && shown(expect.AtLeast, t.k, t.n+left)
	}
	return all
}

// RunsNeeded is how many runs can show an expectation, if each comes out so.
func RunsNeeded(expect experiment.Expect) int {
	const plenty = 1 << 40
	return 1 + sort.Search(plenty, func(i int) bool { return shown(expect.AtLeast, i+1, i+1) })
}
