package advice

import (
	"context"
	"errors"
	"fmt"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// advisor is a search under way.
type advisor struct {
	cfg      *Config
	settings *settings
	runs     *runs
	knobs    []Knob
	result   *Result
	tried    []*candidate // in the order in which they were tried
}

// Advise searches. A search that its context, or the most runs, cuts short gives what
// is known so far, not Complete. The error says what of the configuration is wrong, or
// is ErrInvalid where no run of the variant can be judged.
func Advise(ctx context.Context, cfg Config) (*Result, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s, err := newSettings(cfg.Declaration, cfg.Variant)
	if err != nil {
		return nil, err
	}
	a := &advisor{
		cfg: &cfg, settings: s, runs: newRuns(&cfg),
		result: &Result{
			Scenario: cfg.Declaration.Experiment().Name, Variant: cfg.Variant, Seed: cfg.Seed, AtLeast: cfg.AtLeast,
		},
	}
	err = a.search(ctx)
	a.result.Runs = a.runs.made
	a.result.Complete = err == nil
	switch {
	case errors.Is(err, errMost):
		a.note("The search was stopped after %d runs of at most %d.", a.runs.made, cfg.Most)
		err = nil
	case err != nil && ctx.Err() != nil:
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return a.result, nil
}

func (a *advisor) note(format string, args ...any) {
	a.result.Notes = append(a.result.Notes, fmt.Sprintf(format, args...))
}

// search looks whether the variant comes back, and for what then is to be known.
func (a *advisor) search(ctx context.Context) error {
	a.runs.left = a.cfg.Most / 2
	back, err := a.before(ctx)
	if err != nil {
		return err
	}
	if back {
		return a.margins(ctx)
	}
	a.knobs = knobsOf(a.cfg, a.settings.plan0, a.settings)
	a.sayOrders()
	a.note("Costs are means of %d runs with and without the changes. The mild trigger has a quarter of a spike's excess and of a fault's length; meanwhile and after it %g%% of the messages break their connection.",
		costSeeds, everyday*100)
	err = a.singles(ctx)
	if err == nil {
		err = a.sets(ctx)
	}
	if done := a.propose(ctx); err == nil {
		err = done
	}
	if err == nil && len(a.result.Proposals) == 0 {
		a.limit()
	}
	return err
}

// ErrInvalid says that there is nothing to go by.
var ErrInvalid = errors.New("no run of the variant proves anything")

// before counts how often the variant comes back as it is, and says whether that is
// shown to be often enough.
func (a *advisor) before(ctx context.Context) (bool, error) {
	const attempt = 1000 // as no level of a climb has
	p := newProof(a.cfg.AtLeast, attempt, mostFailed)
	var kinds [verdict.Overloaded + 1]int
	problem := ""
	for !p.over() {
		var asked []request
		for _, run := range p.next() {
			asked = append(asked, request{plan: a.settings.plan0, run: run})
		}
		answers, err := a.runs.answers(ctx, asked)
		if err != nil {
			return false, err
		}
		for i := range answers {
			p.learn(back(&answers[i]))
			kinds[answers[i].Kind]++
			if answers[i].Kind == verdict.Invalid {
				problem = answers[i].Problem
			}
		}
	}
	for kind, n := range kinds {
		if n > 0 {
			a.result.Kinds = append(a.result.Kinds, KindCount{verdict.Kind(kind), n})
		}
	}
	a.result.Before = p.probability()
	if kinds[verdict.Invalid] == p.made {
		return false, fmt.Errorf("variant %q: %w: %s", a.cfg.Variant, ErrInvalid, problem)
	}
	return p.shown(), nil
}

// sayOrders notes when operators' orders are given.
func (a *advisor) sayOrders() {
	for i := range a.knobs {
		if a.knobs[i].Class == Operator {
			e := a.settings.room
			a.note("Operators' orders are given at %s, which is %s after the last trigger. "+
				"The horizon is then %s after the last order, as it is after the last trigger in what is declared, with the order and without it.",
				said(e.from), said(e.wait), said(e.room))
			return
		}
	}
}

// limit says what limits where nothing helps.
func (a *advisor) limit() {
	p := a.settings.plan0
	l := &Limit{Demand: decision.Rounded(p.Demand()), Capacity: decision.Rounded(p.Graph().Capacity()), Tried: len(a.tried)}
	l.Overloaded = l.Capacity > 0 && l.Demand >= l.Capacity
	for _, k := range a.result.Kinds {
		l.Overloaded = l.Overloaded || k.Kind == verdict.Overloaded
	}
	best := 0.0
	for _, c := range a.tried {
		if level, share := c.climb.best(); share > best {
			best = share
			t := c.climb.tallies[level]
			low, high := decision.Wilson(t.yes, t.made)
			l.Nearest, l.NearestTo = &Probability{K: t.yes, N: t.made, Low: decision.Rounded(low), High: decision.Rounded(high)}, phraseOf(c.ladder[level])
		}
	}
	switch {
	case l.Overloaded && l.Capacity > 0:
		l.Reason = fmt.Sprintf("Customers bring %.4g sales per second, and %.4g can be served: demand above capacity is not healed by a retry policy.", l.Demand, l.Capacity)
	case l.Overloaded:
		l.Reason = fmt.Sprintf("Customers bring %.4g sales per second, which is more than can be served: demand above capacity is not healed by a retry policy.", l.Demand)
	case len(a.knobs) == 0:
		l.Reason = "Nothing may be changed within the bounds given."
	default:
		l.Reason = fmt.Sprintf("None of the %d changes and sets of changes tried brings it back with a probability of at least %v; customers bring %.4g sales per second, and without retries %.4g can be served.",
			l.Tried, a.cfg.AtLeast, l.Demand, l.Capacity)
	}
	a.result.Limit = l
}
