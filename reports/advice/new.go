package advice

import (
	"encoding/json"

	"github.com/retrystorm/retrystorm/internal/advice"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// comesBack is what a probability counts.
const comesBack = "healthy or recovered"

// New makes the report of what was found on an engine. Versions of programs that took
// part and the Declaration are the caller's to add.
func New(engine string, r *advice.Result) *Advice {
	a := &Advice{
		Schema: Schema, Scenario: r.Scenario, Variant: r.Variant, Engine: engine, Seed: r.Seed, Complete: r.Complete,
		Runs: r.Runs, AtLeast: r.AtLeast, Before: probabilityOf(r.Before), Kinds: map[verdict.Kind]int{},
		Proposals: []Proposal{}, Dominated: []Proposal{}, Limit: limitOf(r.Limit), Margins: []Margin{}, Beyond: []Margin{},
		Notes: append([]string{}, r.Notes...), Versions: map[string]string{},
	}
	for _, k := range r.Kinds {
		a.Kinds[k.Kind] = k.Count
	}
	for i := range r.Proposals {
		a.Proposals = append(a.Proposals, proposalOf(&r.Proposals[i]))
	}
	for i := range r.Dominated {
		a.Dominated = append(a.Dominated, proposalOf(&r.Dominated[i]))
	}
	for i := range r.Margins {
		a.Margins = append(a.Margins, marginOf(&r.Margins[i]))
	}
	for i := range r.Beyond {
		a.Beyond = append(a.Beyond, marginOf(&r.Beyond[i]))
	}
	return a
}

func probabilityOf(p advice.Probability) Probability {
	if p.N == 0 {
		p.Low, p.High = decision.Wilson(0, 0) // nothing is known
	}
	return Probability{Kind: comesBack, K: p.K, N: p.N, Low: p.Low, High: p.High}
}

func proposalOf(p *advice.Proposal) Proposal {
	return Proposal{
		Name: p.Name, Knobs: append([]string{}, p.Knobs...), Classes: append([]advice.Class{}, p.Classes...), Price: p.Price,
		Changes: changesOf(p.Changes), Patch: p.Patch, Probability: probabilityOf(p.Probability), Cost: costOf(p.Cost),
		Weaker: strengthenedOf(p.Weaker), Margin: strengthenedOf(p.Margin),
	}
}

func strengthenedOf(s *advice.Strengthened) *Strengthened {
	if s == nil {
		return nil
	}
	return &Strengthened{Name: s.Name, Changes: changesOf(s.Changes), Patch: s.Patch, Probability: probabilityOf(s.Probability)}
}

func changesOf(changes []advice.Change) []Change {
	out := []Change{}
	for _, c := range changes {
		out = append(out, Change{Path: c.Path, From: known(c.From), To: known(c.To)})
	}
	return out
}

// known is a value of a declaration, with null for none.
func known(text json.RawMessage) json.RawMessage {
	if text == nil {
		return json.RawMessage("null")
	}
	return text
}

func costOf(c *advice.Cost) *Cost {
	if c == nil {
		return nil
	}
	out := &Cost{Calm: effectOf(c.Calm), Mild: effectOf(c.Mild), Storm: effectOf(c.Storm)}
	if e := out.Calm; e != nil {
		out.FailedPer1000, out.P99, out.GoodputShare = &e.With.FailedPer1000, e.With.P99, &e.With.GoodputShare
	}
	return out
}

func effectOf(e *advice.Effect) *Effect {
	if e == nil {
		return nil
	}
	return &Effect{Without: figuresOf(&e.Without), With: figuresOf(&e.With)}
}

func figuresOf(f *advice.Figures) Figures {
	out := Figures{
		FailedPer1000: decision.Rounded(f.FailedPer1000), ParkedPer1000: decision.Rounded(f.ParkedPer1000),
		GoodputShare: decision.Rounded(f.GoodputShare), AttemptsPerSale: decision.Rounded(f.AttemptsPerSale),
	}
	if f.P99 > 0 {
		out.P99 = decision.Figure(f.P99)
	}
	return out
}

func limitOf(l *advice.Limit) *Limit {
	if l == nil {
		return nil
	}
	out := &Limit{Reason: l.Reason, Demand: l.Demand, Overloaded: l.Overloaded, Tried: l.Tried, NearestTo: l.NearestTo}
	if l.Capacity > 0 {
		out.Capacity = decision.Figure(l.Capacity)
	}
	if l.Nearest != nil {
		out.Nearest = new(probabilityOf(*l.Nearest))
	}
	return out
}

func marginOf(m *advice.Margin) Margin {
	out := Margin{
		Path: m.Path, Now: known(m.Now), Edge: known(m.Edge), Shown: m.Shown, Factor: decision.Rounded(m.Factor), Phrase: m.Phrase,
	}
	if m.Edge != nil {
		out.Low, out.High, out.Becomes = decision.Figure(m.Low), decision.Figure(m.High), new(m.Becomes)
	}
	return out
}
