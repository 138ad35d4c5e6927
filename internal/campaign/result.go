package campaign

import "github.com/retrystorm/retrystorm/internal/decision"

// Result is what a campaign has come to so far.
type Result struct {
	Variants []Variant // those of which a run was made, in their order
	Complete bool      // every run was made that is needed
}

// Variant is what the runs of one variant come to.
type Variant struct {
	Name string
	decision.Decision
}

// Outcome sums up the variants.
func (r *Result) Outcome() decision.Outcome {
	outcomes := make([]decision.Outcome, len(r.Variants))
	for i := range r.Variants {
		outcomes[i] = r.Variants[i].Outcome()
	}
	return decision.Overall(r.Complete, outcomes)
}

// Result gives what the runs come to that were made so far.
func (c *Campaign) Result() Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := Result{Complete: c.complete}
	for i := range c.cfg.Variants {
		if v := &c.cfg.Variants[i]; len(c.made[i]) > 0 {
			out.Variants = append(out.Variants, Variant{v.Name, decision.Decide(v.Expect, v.Gate, c.made[i])})
		}
	}
	return out
}
