package advice_test

import (
	"fmt"
	"testing"

	"github.com/retrystorm/retrystorm/internal/advice"
	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/experiment"
)

const friday = `{"name": "kounta-friday", "horizon": "95s",
	"fleet": [{"cohort": "4.4.1", "terminals": 2000, "sale": {"every": "20s", "deadline": "9s"}, "timeout": "3s", "cancel": "close",
		"retry": {"backoff": "immediate", "maxAttempts": "unbounded"}}],
	"backend": {"nodes": [{"name": "api", "workers": 23, "service": {"mean": "100ms", "distribution": "lognormal"},
		"queue": {"limit": "unbounded"}, "abandoned": "continue"}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "8s", "times": 4}],
	"variants": {"as it happened": {"expect": "collapsed"}}}`

func TestFriday(t *testing.T) {
	d, err := experiment.Open([]byte(friday))
	if err != nil {
		t.Fatal(err)
	}
	r, err := advice.Advise(t.Context(), advice.Config{Declaration: d, Variant: "as it happened", Seed: 1, Prober: &campaign.Trials{Engine: &campaign.Virtual{}},
		Progress: func(made, left int) { t.Log(made, left) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(show(r))
}

func show(r *advice.Result) string {
	s := fmt.Sprintf("runs %d complete %v before %+v notes %q limit %+v\n", r.Runs, r.Complete, r.Before, r.Notes, r.Limit)
	for i, list := range [][]advice.Proposal{r.Proposals, r.Dominated} {
		for _, p := range list {
			s += fmt.Sprintf("%d %s: %v\n", i, p.Name, p.Probability)
			if p.Weaker != nil {
				s += fmt.Sprintf("     weaker %s %v\n", p.Weaker.Name, p.Weaker.Probability)
			}
			if p.Margin != nil {
				s += fmt.Sprintf("     margin %s %v\n", p.Margin.Name, p.Margin.Probability)
			}
			if p.Cost != nil {
				for _, e := range []*advice.Effect{p.Cost.Calm, p.Cost.Mild, p.Cost.Storm} {
					if e != nil {
						s += fmt.Sprintf("     %.2f -> %.2f\n", e.Without, e.With)
					}
				}
			}
		}
	}
	for _, m := range r.Margins {
		s += fmt.Sprintf("margin %s now %s edge %s (%g..%g) x%.3f %s %v\n", m.Path, m.Now, m.Edge, m.Low, m.High, m.Factor, m.Phrase, m.Becomes)
	}
	for _, m := range r.Beyond {
		s += fmt.Sprintf("beyond %s now %s x%.3f %s\n", m.Path, m.Now, m.Factor, m.Phrase)
	}
	return s
}
