package advice

import (
	"cmp"
	"context"
	"slices"
)

// The bounds of the search among sets of changes.
const (
	pooled    = 16 // knobs that sets are made of: those that promise most
	mostSets  = 60 // sets of one size that are looked at
	mostFound = 5  // sets that suffice, of which the least strengths are sought
)

// sets tries changes together: two, then three, as long as nothing suffices.
func (a *advisor) sets(ctx context.Context) error {
	if a.cfg.Changes < 2 || len(a.found()) > 0 && !a.cfg.All {
		return nil
	}
	members := a.members()
	var of []group
	for _, m := range members {
		of = append(of, group{[]member{m}, m.gain})
	}
	for n := 2; n <= a.cfg.Changes; n++ {
		if n > 2 && len(a.found()) > 0 && !a.cfg.All {
			return nil
		}
		var err error
		if of, err = a.setsOf(ctx, of, members); err != nil {
			return err
		}
	}
	return nil
}

// group is some knobs to be changed together, in the order in which they promise most.
type group struct {
	members []member
	gain    float64 // of all of them together, as far as that was tried
}

// larger gives the sets that have one member more, each once, the most promising
// first. A knob of less promise comes later in a set, so that none is there twice.
func (a *advisor) larger(of []group, members []member) []group {
	var out []group
	for _, s := range of {
		last := s.members[len(s.members)-1]
		after := slices.IndexFunc(members, func(m member) bool { return m.knob == last.knob })
		for _, m := range members[after+1:] {
			if more := append(slices.Clip(s.members), m); a.possible(more) {
				out = append(out, group{more, s.gain + m.gain})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y group) int { return cmp.Compare(y.gain, x.gain) })
	return out[:min(len(out), mostSets)]
}

// member is a knob of a set, up to the strength that did best by itself.
type member struct {
	knob int
	gain float64
	best int
}

// members gives the knobs that no proposal has yet, the most promising first.
func (a *advisor) members() []member {
	var out []member
	for _, c := range a.tried {
		if len(c.knobs) > 1 || c.climb.found >= 0 {
			continue
		}
		best := len(c.ladder) - 1
		if !c.climb.never() {
			best, _ = c.climb.best()
		}
		out = append(out, member{c.knobs[0], c.gain, best})
	}
	slices.SortStableFunc(out, func(x, y member) int { return cmp.Compare(y.gain, x.gain) })
	return out[:min(len(out), pooled)]
}

// setsOf tries sets that are larger than some by one change, and gives those that do
// not suffice.
func (a *advisor) setsOf(ctx context.Context, of []group, members []member) ([]group, error) {
	all := a.larger(of, members)
	screens := make([]*candidate, len(all))
	for i, s := range all {
		screens[i] = a.candidate(knobsIn(s.members), [][]Strength{a.at(s.members, nil)}, false)
	}
	a.tried = append(a.tried, screens...)
	if err := a.climb(ctx, screens); err != nil {
		return nil, err
	}
	if err := a.measureGain(ctx, screens); err != nil {
		return nil, err
	}
	var suffice [][]member
	var rest []group
	for i, c := range screens {
		switch {
		case c.climb.found < 0:
			rest = append(rest, group{all[i].members, c.gain})
		case len(suffice) < mostFound:
			suffice = append(suffice, all[i].members)
		}
	}
	return rest, a.lessen(ctx, suffice)
}

func knobsIn(members []member) []int {
	out := make([]int, len(members))
	for i, m := range members {
		out[i] = m.knob
	}
	return out
}

// at gives the strengths of a set at some levels; at the best of each if nil.
func (a *advisor) at(members []member, levels []int) []Strength {
	out := make([]Strength, len(members))
	for i, m := range members {
		level := m.best
		if levels != nil {
			level = levels[i]
		}
		out[i] = a.knobs[m.knob].Strengths[level]
	}
	return out
}

// possible says whether the knobs of a set change different things, and a valid plan
// has all of them.
func (a *advisor) possible(members []member) bool {
	p := paths{a.settings.plan0}
	for i, m := range members {
		for _, other := range members[:i] {
			for _, path := range a.knobs[m.knob].Paths {
				if path != "timeline" && p.anyTouch([]string{path}, a.knobs[other.knob].Paths) {
					return false
				}
			}
		}
	}
	_, err := a.settings.plan(nil, a.at(members, nil)...)
	return err == nil
}

// lessen finds the least strengths of sets that suffice: first all of them together,
// in equal parts, then one after the other with the others as they are. The last of them
// is proven.
func (a *advisor) lessen(ctx context.Context, sets [][]member) error {
	if len(sets) == 0 {
		return nil
	}
	levels := make([][]int, len(sets))
	all := make([]*candidate, len(sets))
	ladders := make([][][]int, len(sets)) // of each set, by level: the level of each knob
	n := len(sets[0])
	for step := -1; step < n; step++ {
		for i, members := range sets {
			ladders[i] = a.rungs(members, levels[i], step)
			ladder := make([][]Strength, len(ladders[i]))
			for k, at := range ladders[i] {
				ladder[k] = a.at(members, at)
			}
			all[i] = a.candidate(knobsIn(members), ladder, step == n-1)
		}
		if err := a.climb(ctx, all); err != nil {
			return err
		}
		for i := range sets {
			if found := all[i].climb.found; found >= 0 {
				levels[i] = ladders[i][found]
			} else if levels[i] == nil {
				levels[i] = ladders[i][len(ladders[i])-1]
			}
		}
	}
	a.tried = append(a.tried, all...)
	return nil
}

// rungs gives the levels of a set's knobs from the least to the greatest: of all knobs
// together if step is -1, else of that one with the others as they are. Those that no
// valid plan has are left out.
func (a *advisor) rungs(members []member, now []int, step int) [][]int {
	most := 0
	for i, m := range members {
		switch step {
		case -1:
			most = max(most, m.best)
		case i:
			most = m.best
		}
	}
	var out [][]int
	for rung := 0; rung <= most; rung++ {
		at := make([]int, len(members))
		for i, m := range members {
			switch {
			case step == -1 && most > 0:
				at[i] = (rung*m.best + most - 1) / most
			case step == i:
				at[i] = rung
			case step >= 0:
				at[i] = now[i]
			}
		}
		if _, err := a.settings.plan(nil, a.at(members, at)...); err == nil {
			out = append(out, at)
		}
	}
	return out
}
