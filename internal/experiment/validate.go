package experiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// What a plan may ask for at most. A fleet of a million terminals is the
// largest that the simulator is made for; the rates keep the arithmetic of
// time sane and are far beyond what any engine delivers.
const (
	maxTerminals = 1_000_000
	maxNodes     = 32
	maxHorizon   = 30 * day
	leastDay     = 10 * time.Second
	maxPeak      = 10_000_000 // sales per second, spikes included
)

// theNode is the name of a node that declares none.
const theNode = "backend"

// Validate reports every field that is wrong, each by its path, as a
// field.List. It changes nothing.
func (p *Plan) Validate() error {
	var errs field.Errors
	errs.Within("", p.parts())
	errs.Within("", p.graph())
	return errs.Err()
}

// parts reports what is wrong with the parts of the plan, and between them.
func (p *Plan) parts() error {
	var errs field.Errors
	for i := range p.Fleet {
		errs.Within(field.At("fleet", i), p.cohort(i))
	}
	p.fleet(&errs)
	p.nodes(&errs)
	p.names(&errs)
	p.timeline(&errs)
	p.starts(&errs)
	p.horizon(&errs)
	p.peak(&errs)
	errs.Within("judge", p.Judge.Validate())
	p.gate(&errs)
	return errs.Err()
}

// cohort says what is wrong with a cohort in itself; one that only a rollout brings
// need have no terminals.
func (p *Plan) cohort(i int) error {
	c := p.Fleet[i]
	if p.Day >= leastDay && p.Day <= day {
		c.Day = p.Day
	}
	if p.rolledOut(p.Fleet[i].Cohort) {
		return c.ValidateVersion()
	}
	return c.Validate()
}

func (p *Plan) fleet(errs *field.Errors) {
	if len(p.Fleet) == 0 {
		errs.Add("fleet", "is empty; declare at least one cohort of terminals")
	}
	for i, name := range p.cohorts() {
		if problem := labelProblem(name); problem != "" {
			errs.Add(field.At("fleet", i)+".cohort", "%s", problem)
		}
	}
	distinct(errs, "fleet", "cohort", p.cohorts())
	sum := 0
	for i := range p.Fleet {
		if sum += min(p.Fleet[i].Terminals, maxTerminals+1); sum > maxTerminals {
			errs.Add("fleet", "has more than %d terminals in all; at most that many are supported", maxTerminals)
			break
		}
	}
}

func (p *Plan) cohorts() []string {
	names := make([]string, len(p.Fleet))
	for i := range p.Fleet {
		names[i] = p.Fleet[i].Cohort
	}
	return names
}

func (p *Plan) nodes(errs *field.Errors) {
	const path = "backend.nodes"
	switch n := len(p.Backend.Nodes); {
	case n == 0:
		errs.Add(path, "is empty; declare the node that the fleet talks to")
		return
	case n > maxNodes:
		errs.Add(path, "has %d nodes; at most %d are supported", n, maxNodes)
	}
	for i, n := range p.Backend.Nodes {
		errs.Within(field.At(path, i), n.Validate())
		if problem := labelProblem(n.Region); n.Region != "" && problem != "" {
			errs.Add(field.At(path, i)+".region", "%s", problem)
		}
	}
	distinct(errs, path, "name", p.nodeNames())
}

// graph reports what is wrong between parts of which each is right in itself: names
// that are not there, and nodes that form no graph.
func (p *Plan) graph() error {
	var errs, found field.Errors
	for i := range p.Backend.Nodes {
		errs.Within("", p.Backend.Nodes[i].Validate())
	}
	for i := range p.Fleet {
		errs.Within("", p.cohort(i))
	}
	for _, e := range p.Timeline {
		if e.Kind.ChangesName() || slices.ContainsFunc(p.Timeline, func(e fault.Event) bool { return e.Kind.Repairs() }) {
			errs.Within("", e.Validate())
		}
	}
	p.names(&errs)
	distinct(&errs, "", "", p.nodeNames())
	if errs.Err() != nil || len(p.Backend.Nodes) == 0 || len(p.Fleet) == 0 {
		return nil
	}
	if p.references(&found); found.Err() != nil {
		return found.Err()
	}
	g, err := p.Build()
	found.Within("backend.nodes", err)
	if err == nil {
		p.links(&found, g)
	}
	return found.Err()
}

func (p *Plan) nodeNames() []string {
	names := make([]string, len(p.Backend.Nodes))
	for i, n := range p.Backend.Nodes {
		names[i] = n.Name
	}
	return names
}

// distinct reports names that an earlier element of the list has already.
// Missing names are the elements' own business.
func distinct(errs *field.Errors, path, key string, names []string) {
	first := map[string]int{}
	for i, name := range names {
		j, taken := first[name]
		switch {
		case taken && name != "":
			errs.Add(field.Join(field.At(path, i), key), "%s is the name of %s already; write another",
				single(name), field.At(path, j))
		case !taken:
			first[name] = i
		}
	}
}

func (p *Plan) starts(errs *field.Errors) {
	if p.Day != 0 && (p.Day < leastDay || p.Day > day) {
		errs.Add("day", "must be how long a day lasts, from '10s' to '24h', such as '40s'; leave it out for '24h'")
	}
	if p.Starts < 0 || p.Starts >= cmp.Or(p.Day, day) {
		errs.Add("starts", "must be the time of day at which the run begins, from '0h' and before the day ends, at '24h' unless declared, such as '12h'")
	}
}

func (p *Plan) horizon(errs *field.Errors) {
	_, end := p.Trigger()
	switch {
	case p.Horizon == 0:
		errs.Add("horizon", "is missing; write how long the run lasts, such as '3m'")
	case p.Horizon < 0:
		errs.Add("horizon", "is negative; write how long the run lasts, such as '3m'")
	case p.Horizon > maxHorizon:
		errs.Add("horizon", "is %s; at most 30d are supported", brief(p.Horizon))
	case len(p.Timeline) > 0 && end == p.Horizon && !p.endless():
		errs.Add("horizon", "is %s, when the last trigger ends; leave time after it to see whether the system comes back",
			brief(p.Horizon))
	}
}

// withDefaults fills in what a valid plan leaves open, in place.
func (p Plan) withDefaults() Plan {
	for i, c := range p.Fleet {
		c.Starts, c.Day = p.Starts, p.Day
		p.Fleet[i] = c.WithDefaults()
	}
	for i, n := range p.Backend.Nodes {
		p.Backend.Nodes[i] = n.WithDefaults()
	}
	g := p.Graph()
	for i := range p.Timeline {
		e := &p.Timeline[i]
		switch {
		case (e.Kind.StrikesNode() || e.Kind.Repairs()) && e.Node == "" && e.Region == "":
			e.Node = p.Backend.Nodes[0].Name
		case e.Kind.StrikesLink():
			l := linkOf(*e, g)
			e.From, e.To, e.Way = l.From, l.To, max(e.Way, fault.Both)
			if e.Kind == fault.Cut {
				e.How = max(e.How, fault.Drop)
			}
		}
	}
	for i := range p.Timeline {
		p.Timeline[i] = p.mended(p.Timeline[i])
	}
	return p
}
