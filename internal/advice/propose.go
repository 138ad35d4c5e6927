package advice

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// propose makes proposals of what is proven: with what they cost, without the dominated
// ones, and with a margin. Where it is cut short they lack what was not measured.
func (a *advisor) propose(ctx context.Context) error {
	found := a.found()
	chosen := make([][]Strength, len(found))
	for i, c := range found {
		chosen[i] = c.ladder[c.climb.found]
	}
	costs, short := a.costs(ctx, chosen)
	all := make([]Proposal, len(found))
	byName := map[string]*candidate{}
	for i, c := range found {
		p, err := a.proposal(c)
		if err != nil {
			return err
		}
		if costs != nil {
			p.Cost = costs[i]
		}
		all[i], byName[p.Name] = p, c
	}
	slices.SortStableFunc(all, compare)
	a.result.Proposals, a.result.Dominated = undominated(all)
	if short != nil {
		return short
	}
	return a.strengthen(ctx, byName)
}

// compare puts the smallest first, then the cheapest, then what loses the fewest sales
// under the trigger.
func compare(p, q Proposal) int {
	lost := func(p *Proposal) float64 {
		if p.Cost == nil || p.Cost.Storm == nil {
			return 1
		}
		return 1 - p.Cost.Storm.With.GoodputShare
	}
	return cmp.Or(cmp.Compare(len(p.Knobs), len(q.Knobs)), cmp.Compare(p.Price, q.Price), cmp.Compare(lost(&p), lost(&q)), cmp.Compare(p.Name, q.Name))
}

// proposal words what is proven of a candidate.
func (a *advisor) proposal(c *candidate) (Proposal, error) {
	level := c.climb.found
	s, err := a.strengthened(c.ladder[level])
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Name: s.Name, Changes: s.Changes, Patch: s.Patch, Probability: c.climb.proofs[level].probability()}
	for _, i := range c.knobs {
		k := &a.knobs[i]
		p.Knobs = append(p.Knobs, k.Name)
		p.Price += k.Price
		if !slices.Contains(p.Classes, k.Class) {
			p.Classes = append(p.Classes, k.Class)
		}
	}
	for _, s := range c.ladder[level] {
		p.Workers += s.workers
	}
	slices.Sort(p.Classes)
	if len(c.knobs) > 1 || level == 0 {
		return p, nil
	}
	weaker, err := a.strengthened(c.ladder[level-1])
	if err != nil {
		return Proposal{}, err
	}
	weaker.Probability = c.climb.seen(level - 1)
	p.Weaker = &weaker
	return p, nil
}

// strengthened names strengths and gives what they change.
func (a *advisor) strengthened(chosen []Strength) (Strengthened, error) {
	out := Strengthened{Name: phraseOf(chosen)}
	changes := a.settings.changes(nil, chosen)
	for _, c := range changes {
		change := Change{Path: c.Path, To: c.Value}
		if f, err := a.cfg.Declaration.Field(a.cfg.Variant, c.Path); err == nil {
			change.From = f.Value
		}
		out.Changes = append(out.Changes, change)
	}
	patch, err := a.cfg.Declaration.Patch(a.cfg.Variant, slices.Concat(changes, []experiment.Change{set("expect", []byte(`["healthy","recovered"]`))})...)
	if err != nil {
		return Strengthened{}, fmt.Errorf("patch of %s: %w", out.Name, err)
	}
	out.Patch = patch
	return out, nil
}
