package advice

import "context"

// steps is how many strengths above the least are tried for a margin.
const steps = 2

// margined looks for the margin of a proposal.
type margined struct {
	proposal *Proposal
	of       *candidate
	level    int
	proof    *proof
}

// next gives the runs of the proof under way; it goes on to the next strength where one
// has failed.
func (m *margined) next(atLeast float64) []int {
	for m.proposal.Margin == nil && m.level < len(m.of.ladder) && m.level <= m.of.climb.found+steps {
		if m.proof == nil {
			m.proof = newProof(atLeast, m.level, 0)
		}
		if !m.proof.over() || m.proof.shown() {
			return m.proof.next()
		}
		m.level, m.proof = m.level+1, nil
	}
	return nil
}

// strengthen looks, for each proposal of one change, for a stronger strength that comes
// back in each run of a proof.
func (a *advisor) strengthen(ctx context.Context, byName map[string]*candidate) error {
	var all []*margined
	for i := range a.result.Proposals {
		p := &a.result.Proposals[i]
		if c := byName[p.Name]; len(c.knobs) == 1 {
			all = append(all, &margined{proposal: p, of: c, level: c.climb.found + 1})
		}
	}
	for {
		var asked []request
		var owners []*margined
		for _, m := range all {
			for _, run := range m.next(a.cfg.AtLeast) {
				asked, owners = append(asked, a.request(nil, m.of.ladder[m.level], run)), append(owners, m)
			}
		}
		if len(asked) == 0 {
			return nil
		}
		answers, err := a.runs.answers(ctx, asked)
		if err != nil {
			return err
		}
		for i := range answers {
			owners[i].proof.learn(back(&answers[i]))
		}
		for _, m := range all {
			if err := a.settle(m); err != nil {
				return err
			}
		}
	}
}

// settle gives a proposal its margin once that is shown.
func (a *advisor) settle(m *margined) error {
	if m.proof == nil || m.proposal.Margin != nil || !m.proof.shown() {
		return nil
	}
	s, err := a.strengthened(m.of.ladder[m.level])
	if err != nil {
		return err
	}
	s.Probability = m.proof.probability()
	m.proposal.Margin = &s
	return nil
}
