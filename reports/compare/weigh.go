package compare

import (
	"math"

	"github.com/retrystorm/retrystorm/reports"
)

// asExpected is the name of the figure that counts runs.
const asExpected = "as_expected"

// trial is a figure whose test has been made, but not yet weighed against the
// others.
type trial struct {
	figure  *Figure
	test    test
	better  int  // the sign of a change for the better
	matters bool // the change is not less than the margin
}

// expectation compares how often a variant came out as expected. Both sides have
// runs that prove something.
func expectation(before, after *reports.Variant, margin float64) (Figure, *trial) {
	p, q := before.Probability, after.Probability
	f := Figure{Name: asExpected, Unit: string(share), Old: levelOfRuns(p), New: levelOfRuns(q), Change: unknown, Low: unknown, High: unknown}
	if !sameExpected(before, after) {
		f.Answer, f.Why = NotCompared, "another verdict is expected"
		return f, nil
	}
	f.Change = f.New.Value - f.Old.Value
	t := fisher(p.K, p.N, q.K, q.N)
	return f, &trial{test: t, better: 1, matters: reaches(math.Abs(float64(f.Change)), margin)}
}

var unknown = Number(math.NaN())

func levelOfRuns(p reports.Probability) Level {
	return Level{N: p.N, Value: Number(float64(p.K) / float64(p.N)), Ninth: unknown, Some: p.K, K: &p.K, Low: &p.Low, High: &p.High}
}

// weighed compares a figure of two sets of runs.
func (m measure) weighed(before, after []reports.Run, cfg Config) (Figure, *trial) {
	a, b := m.values(before), m.values(after)
	f := Figure{Name: m.name, Unit: string(m.unit), Old: levelOf(a), New: levelOf(b), Change: unknown, Low: unknown, High: unknown}
	if len(a) == 0 || len(b) == 0 {
		f.Answer, f.Why = m.untold(f.Old.N, f.New.N)
		return f, nil
	}
	f.Change, f.Low, f.High = shift(a, b, cfg.Alpha)
	t := rankSum(a, b)
	out := &trial{test: t, better: -1}
	out.matters, f.Tail = m.matters(&f, t.sign, cfg.Margin)
	return f, out
}

// untold is the answer where a side has no figure.
func (m measure) untold(before, after int) (Answer, string) {
	switch {
	case before == 0 && after == 0:
		return NoEvidence, ""
	case before == 0:
		return NotCompared, "OLD cannot tell"
	case m.vital:
		return Invalid, "NEW cannot tell"
	}
	return NotCompared, "NEW cannot tell"
}

// matters says whether a change is as large as the margin, in the direction that
// the test has found: at the median or, since a storm has two outcomes and a
// median sees only the more frequent one, in the tail, at the ninth decile.
func (m measure) matters(f *Figure, sign int, margin float64) (yes, tail bool) {
	by := func(from, to Number) float64 { return float64(sign) * m.scale(float64(from), float64(to)) }
	if reaches(by(f.Old.Value, f.New.Value), margin) {
		return true, false
	}
	tail = reaches(by(f.Old.Ninth, f.New.Ninth), margin)
	return tail || m.vital, tail
}

// reaches says whether a change is as large as the margin, up to rounding.
func reaches(change, margin float64) bool {
	const rounding = 1e-9
	return margin == 0 || change >= margin-rounding
}

// decide gives each figure its answer, with the tests corrected for each other.
// It returns how many tests there were. Figures that are one value on both sides
// are no tests: nothing could have come of them.
func decide(trials []*trial, alpha float64) int {
	var live []*trial
	var ps []float64
	for _, t := range trials {
		if t.test.live {
			live = append(live, t)
			ps = append(ps, t.test.p)
		}
	}
	for i, corrected := range holm(ps) {
		live[i].decide(corrected, alpha)
	}
	return len(live)
}

func (t *trial) decide(corrected, alpha float64) {
	f := t.figure
	p, all := Chance(t.test.p), Chance(corrected)
	f.P, f.Corrected = &p, &all
	switch {
	case corrected > alpha || t.test.sign == 0:
		f.Answer = NoEvidence
	case !t.matters:
		f.Answer = TooSmall
	case t.test.sign == t.better:
		f.Answer = Better
	default:
		f.Answer = Worse
	}
}
