package capacity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Config says what to find out.
type Config struct {
	Declaration *experiment.Declaration
	Variant     string
	Axes        []Axis         // one or two; none if only the demand is asked for
	Demand      bool           // ask for the demand that the system stands, too
	For         []verdict.Kind // what counts as success; healthy or recovered if empty
	AtLeast     float64        // the probability of success whose edge is sought; over 0.5, at most 0.999
	Confidence  float64        // of the interval of an edge; 0.5 to 0.999
	Seed        uint64         // of the first run of each value; the next ones count up
	Runs        int            // the most runs of one search, or of the whole map
	Prober      probe.Prober
	// Progress is told how many runs the search that is under way has made, and how many
	// it makes at most. It may be nil.
	Progress func(made, most int)
}

// Validate reports everything that is wrong, as a field.List by the names of flags.
func (c *Config) Validate() error {
	var errs field.Errors
	if len(c.Axes) > 2 {
		errs.Add("vary", "is given %d times; one parameter has an edge and two have a map", len(c.Axes))
	}
	if len(c.Axes) == 2 {
		for _, f := range c.Axes[0].places {
			if slices.ContainsFunc(c.Axes[1].places, func(g experiment.Field) bool { return g.Path == f.Path }) {
				errs.Add("vary", "has %s in both parameters; vary another one", f.Path)
			}
		}
	}
	if !(c.AtLeast > 0.5 && c.AtLeast <= 0.999) {
		errs.Add("at-least", "%v has no edge that could be found; write a share above 0.5 and up to 0.999, such as 0.95", c.AtLeast)
	}
	if !(c.Confidence >= 0.5 && c.Confidence <= 0.999) {
		errs.Add("confidence", "%v is out of bounds; write a share from 0.5 to 0.999, such as 0.95", c.Confidence)
	} else if least := edge.Fewest(c.AtLeast, c.Confidence); c.Runs < least && errs.Err() == nil {
		errs.Add("runs", "%d cannot show an edge of %v with a confidence of %v; write %d or more", c.Runs, c.AtLeast, c.Confidence, least)
	}
	return errs.Err()
}

// planner is one answer in the making.
type planner struct {
	Config
	result Result
	counts map[[2]int]*Point
	plans  map[[2]int]*made
	// problem is why the first run that proved nothing did not.
	problem string
	// asked is how many runs the search under way has asked for, of most at most.
	asked, most int
}

// made is the plan at a pair of levels, or why there is none.
type made struct {
	plan    *experiment.Plan
	problem error
}

// Run finds out what was asked for. At the end of ctx it gives what is known until
// then, as not complete. The error is a field.List, of settings or of bounds of a range
// that are wrong, before anything is run.
func Run(ctx context.Context, cfg Config) (Result, error) {
	if len(cfg.For) == 0 {
		cfg.For = []verdict.Kind{verdict.Healthy, verdict.Recovered}
	}
	p := &planner{Config: cfg, counts: map[[2]int]*Point{}, plans: map[[2]int]*made{}}
	p.result = Result{Variant: cfg.Variant, Seed: cfg.Seed, For: cfg.For, AtLeast: cfg.AtLeast, Axes: slices.Clone(cfg.Axes)}
	if err := cfg.Validate(); err != nil {
		return Result{}, err
	}
	if err := p.checkBounds(); err != nil {
		return Result{}, err
	}
	err := p.answer(ctx)
	p.result.Complete = err == nil
	p.result.Points = p.points()
	if err != nil && ctx.Err() == nil {
		return p.result, err
	}
	return p.result, nil
}

func (p *planner) answer(ctx context.Context) error {
	switch len(p.Axes) {
	case 1:
		if err := p.findEdge(ctx); err != nil {
			return err
		}
	case 2:
		if err := p.drawMap(ctx); err != nil {
			return err
		}
	}
	if p.Demand {
		return p.findDemand(ctx)
	}
	return nil
}

// checkBounds says which bound of a range makes no valid plan. Values in between that
// make none prove nothing, and a search goes on without them.
func (p *planner) checkBounds() error {
	for i := range p.Axes {
		a := &p.Axes[i]
		for _, level := range []int{0, len(a.Levels) - 1} {
			_, err := p.Declaration.With(p.Variant, a.changes(level)...)
			if err == nil {
				continue
			}
			return fmt.Errorf("%s cannot be %s:\n%w", a.Path, a.Levels[level].Text, err)
		}
	}
	return nil
}

// plan gives the plan at a level of each axis.
func (p *planner) plan(at [2]int) *made {
	if m := p.plans[at]; m != nil {
		return m
	}
	var changes []experiment.Change
	for i := range p.Axes {
		changes = append(changes, p.Axes[i].changes(at[i])...)
	}
	v, err := p.Declaration.With(p.Variant, changes...)
	m := &made{plan: &v.Plan, problem: err}
	p.plans[at] = m
	return m
}

// key names the plan at a level of each axis.
func (p *planner) key(at [2]int) string {
	parts := []string{p.Variant}
	for i := range p.Axes {
		for _, c := range p.Axes[i].changes(at[i]) {
			parts = append(parts, c.Path+"="+string(c.Value))
		}
	}
	return strings.Join(parts, " ")
}

// question asks for a run of a plan, with the seed of that number.
type question struct {
	key    string
	made   *made
	number int
}

// ask has the runs made and gives their answers in the order of the questions. What is
// no valid plan proves nothing.
func (p *planner) ask(ctx context.Context, questions []question) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(questions))
	var trials []probe.Trial
	var of []int // the question of each trial
	for i, q := range questions {
		if q.made.problem != nil {
			answers[i] = probe.Answer{Kind: verdict.Invalid, Problem: q.made.problem.Error()}
			continue
		}
		trials = append(trials, probe.Trial{Key: q.key, Plan: q.made.plan, Seed: p.Seed + uint64(q.number)}) //nolint:gosec // not negative
		of = append(of, i)
	}
	got, err := p.Prober.Probe(ctx, trials)
	if err != nil {
		return nil, err
	}
	for k, a := range got {
		answers[of[k]] = a
	}
	p.result.Runs += len(got)
	p.asked += len(questions)
	if p.Progress != nil {
		p.Progress(p.asked, p.most)
	}
	return answers, nil
}

// count takes in the answer of a run at a level of each axis.
func (p *planner) count(at [2]int, a *probe.Answer) {
	point := p.counts[at]
	if point == nil {
		point = &Point{At: slices.Clone(at[:len(p.Axes)]), Kinds: map[verdict.Kind]int{}}
		p.counts[at] = point
	}
	point.add(p.For, a)
	if a.Problem != "" && p.problem == "" {
		p.problem = a.Problem
	}
}

// add counts the answer of a run.
func (p *Point) add(kinds []verdict.Kind, a *probe.Answer) {
	p.Kinds[a.Kind]++
	switch success(kinds, a.Kind) {
	case edge.Yes:
		p.K++
		p.N++
	case edge.No:
		p.N++
	}
}

func success(kinds []verdict.Kind, k verdict.Kind) edge.Answer {
	switch {
	case k == verdict.Invalid:
		return edge.Unknown
	case slices.Contains(kinds, k):
		return edge.Yes
	}
	return edge.No
}

// points gives what was counted, in the order of the levels.
func (p *planner) points() []Point {
	var all []Point
	for _, point := range p.counts {
		all = append(all, *point)
	}
	slices.SortFunc(all, func(a, b Point) int { return slices.Compare(b.row(), a.row()) * -1 })
	return all
}

// row orders points row by row.
func (p *Point) row() []int {
	row := slices.Clone(p.At)
	slices.Reverse(row)
	return row
}

// ordered are the kinds that tell something, the best first.
var ordered = []verdict.Kind{verdict.Healthy, verdict.Recovered, verdict.Degraded, verdict.Collapsed, verdict.Overloaded}

// most gives the kind of those asked for that most runs ended with, the better one of
// two that are as frequent; Invalid if there is none.
func (p *Point) most(of func(verdict.Kind) bool) verdict.Kind {
	best := verdict.Invalid
	for _, k := range ordered {
		if n := p.Kinds[k]; n > 0 && of(k) && (best == verdict.Invalid || n > p.Kinds[best]) {
			best = k
		}
	}
	return best
}
