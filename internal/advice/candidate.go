package advice

import (
	"context"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/probe"
)

// candidate is a knob, or several, of which the least strength is sought.
type candidate struct {
	knobs  []int        // by their index
	ladder [][]Strength // by level: the strength of each knob
	climb  *climb
	gain   float64 // by how much the best level raises the share of goodput in the search
}

func (a *advisor) candidate(knobs []int, ladder [][]Strength, proves bool) *candidate {
	return &candidate{knobs: knobs, ladder: ladder, climb: newClimb(len(ladder), a.cfg.AtLeast, proves)}
}

// phraseOf names strengths.
func phraseOf(chosen []Strength) string {
	words := make([]string, len(chosen))
	for i := range chosen {
		words[i] = chosen[i].Phrase
	}
	return strings.Join(words, " and ")
}

// climb goes on with all candidates beside each other until each is done. A level that
// no valid plan has fails.
func (a *advisor) climb(ctx context.Context, all []*candidate) error {
	for {
		var asked []request
		counts := make([]int, len(all))
		for i, c := range all {
			for _, t := range c.climb.next() {
				asked = append(asked, a.request(nil, c.ladder[t.level], t.run))
				counts[i]++
			}
		}
		if len(asked) == 0 {
			return nil
		}
		a.runs.left = a.toCome(all)
		answers, err := a.runs.answers(ctx, asked)
		if err != nil {
			return err
		}
		for i, c := range all {
			learnt := make([]edge.Answer, counts[i])
			for k := range learnt {
				learnt[k] = back(&answers[k])
			}
			answers = answers[counts[i]:]
			if len(learnt) > 0 {
				c.climb.learn(learnt)
			}
		}
	}
}

// toCome estimates the runs that the candidates still need, with the costs of those
// that may be proven.
func (a *advisor) toCome(all []*candidate) int {
	const early, proven = 30, 80 // in the mean
	left := 0
	for _, c := range all {
		switch {
		case c.climb.stage == nil && c.climb.found < 0:
		case c.climb.stage == nil:
			left += 2 * costSeeds
		case c.climb.found < 0 && c.climb.proofs[c.climb.at] == nil:
			left += early + proven/2
		default:
			left += proven / 2
		}
	}
	return left
}

// request asks for a run of strengths in a scene. All strengths of a ladder are of valid
// plans.
func (a *advisor) request(in *scene, chosen []Strength, run int) request {
	changes := a.settings.changes(in, chosen)
	v, err := a.settings.with(changes)
	if err != nil {
		panic("advice: a strength that was found valid is not: " + err.Error())
	}
	return request{key: keyOf(changes), plan: &v.Plan, run: run}
}

// singles tries each knob by itself.
func (a *advisor) singles(ctx context.Context) error {
	var all []*candidate
	for i := range a.knobs {
		ladder := make([][]Strength, len(a.knobs[i].Strengths))
		for level, s := range a.knobs[i].Strengths {
			ladder[level] = []Strength{s}
		}
		all = append(all, a.candidate([]int{i}, ladder, true))
	}
	a.tried = append(a.tried, all...)
	if err := a.climb(ctx, all); err != nil {
		return err
	}
	return a.measureGain(ctx, all)
}

// measureGain compares what the search saw of the best level of each candidate with the
// same runs unchanged. What was invalid has no gain, and no loss: it may be of use with
// something else.
func (a *advisor) measureGain(ctx context.Context, all []*candidate) error {
	var asked []request
	for _, c := range all {
		level, _ := c.climb.best()
		if c.climb.never() {
			level = len(c.ladder) - 1
		}
		before := a.settings.unchanged(nil, c.ladder[level])
		v, err := a.settings.with(before)
		if err != nil {
			return err
		}
		for run := range screened {
			asked = append(asked, a.request(nil, c.ladder[level], run), request{key: keyOf(before), plan: &v.Plan, run: run})
		}
	}
	answers, err := a.runs.answers(ctx, asked)
	if err != nil {
		return err
	}
	for _, c := range all {
		var with, without []probe.Answer
		for range screened {
			with, without = append(with, answers[0]), append(without, answers[1])
			answers = answers[2:]
		}
		if f := figuresOf(with); f.AttemptsPerSale > 0 {
			// To come back at times is better than to be less bad.
			_, share := c.climb.best()
			c.gain = f.GoodputShare - figuresOf(without).GoodputShare + share
		}
	}
	return nil
}

// found gives the candidates for which a level is proven, in the order tried.
func (a *advisor) found() []*candidate {
	return slices.DeleteFunc(slices.Clone(a.tried), func(c *candidate) bool { return c.climb.found < 0 || !c.climb.proves })
}
