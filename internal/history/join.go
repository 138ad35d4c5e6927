package history

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Join makes one history of the parts of a run that several processes made, each
// of which drove some shards of the fleet (Part), and one of which at most watched
// the backend. The order of the parts does not matter, but for that of faults and
// of what disturbed the run. None of the parts is changed, and nothing is shared
// with them but texts.
//
// The error is a field.List with everything that does not fit, by paths such as
// "parts[1].bucket": a header that differs, a shard that two of them drove or
// none, or that two of them watched the backend.
func Join(parts ...*History) (*History, error) {
	if err := fit(parts); err != nil {
		return nil, err
	}
	out := *parts[0]
	out.Part, out.Wasted = Part{}, 0
	out.Owed, out.Logos, out.Generator, out.Faults, out.Nodes, out.Links, out.Groups, out.Disturbed = Owed{}, Logos{}, Generator{}, nil, nil, nil, nil, nil
	var buckets [][]Bucket
	var problems []string
	for _, p := range parts {
		buckets = append(buckets, p.Buckets)
		out.Trigger = out.Trigger.including(p.Trigger)
		out.Owed.Add(p.Owed)
		out.Logos.Add(p.Logos)
		out.Wasted += p.Wasted
		out.Unobserved = out.Unobserved || p.Unobserved
		out.Generator.join(&p.Generator, len(parts) > 1)
		out.Disturbed = append(out.Disturbed, p.Disturbed...)
		problems = append(problems, p.Problem)
		for i := range p.Faults {
			out.Faults = joinFault(out.Faults, p.Faults[i])
		}
		for i := range p.Nodes {
			out.Nodes = append(out.Nodes, Node{p.Nodes[i].Name, p.Nodes[i].Capacity, slices.Clone(p.Nodes[i].Buckets)})
		}
		for i := range p.Links {
			out.Links = joinLink(out.Links, &p.Links[i])
		}
		for i := range p.Groups {
			out.Groups = joinGroup(out.Groups, &p.Groups[i])
		}
	}
	out.Generator.LagP99 = lagP99(parts, &out.Generator.Lag)
	out.Buckets, out.Problem, out.Ledger = Merge(buckets...), said(problems...), joinAudits(parts)
	slices.SortStableFunc(out.Links, func(a, b Link) int { return fleetFirst(a) - fleetFirst(b) })
	return &out, nil
}

// including is the shortest span that holds both.
func (s Span) including(o Span) Span {
	switch {
	case o.To <= o.From:
		return s
	case s.To <= s.From:
		return o
	}
	return Span{min(s.From, o.From), max(s.To, o.To)}
}

// join counts another process in. How busy each of them was is kept apart: one
// that was saturated would hide behind others that were not.
func (g *Generator) join(o *Generator, several bool) {
	g.Lag.Merge(&o.Lag)
	g.Undelivered += o.Undelivered
	g.CPU += o.CPU
	g.Wall = max(g.Wall, o.Wall)
	g.Cores += o.Cores
	g.Busiest = max(g.Busiest, o.Busiest)
	if all := float64(o.Wall) * float64(o.Cores); several && all > 0 {
		g.Busiest = max(g.Busiest, float64(o.CPU)/all)
	}
}

// lagP99 is the 99th percentile over all parts; of parts of which only their own
// is known, it is at least the highest of these.
func lagP99(parts []*History, all *Histogram) time.Duration {
	p99 := all.Quantile(0.99)
	for _, p := range parts {
		if p.Generator.Lag.Count() == 0 {
			p99 = max(p99, p.Generator.LagP99)
		}
	}
	return p99
}

// joinFault adds a fault, or what another part says of one that is there: it took
// hold and was removed if it did so everywhere.
func joinFault(all []Fault, f Fault) []Fault {
	for i := range all {
		a := &all[i]
		if a.Kind == f.Kind && a.Node == f.Node && a.Name == f.Name && a.Span == f.Span && a.Share == f.Share {
			a.Applied, a.Removed = a.Applied && f.Applied, a.Removed && f.Removed
			a.Evidence, a.Failure = said(a.Evidence, f.Evidence), said(a.Failure, f.Failure)
			return all
		}
	}
	return append(all, f)
}

func joinLink(all []Link, l *Link) []Link {
	i := slices.IndexFunc(all, func(a Link) bool { return a.From == l.From && a.To == l.To })
	if i < 0 {
		return append(all, Link{l.From, l.To, slices.Clone(l.Buckets)})
	}
	for k := range l.Buckets {
		if k == len(all[i].Buckets) {
			all[i].Buckets = append(all[i].Buckets, LinkBucket{})
		}
		all[i].Buckets[k].Add(&l.Buckets[k])
	}
	return all
}

// joinGroup adds what the terminals of a group counted that another part drove. Its
// tenants and its demand are those of the whole fleet in every part.
func joinGroup(all []Group, g *Group) []Group {
	i := slices.IndexFunc(all, func(a Group) bool { return a.Name == g.Name && a.By == g.By })
	if i < 0 {
		own := *g
		own.Buckets = Merge(g.Buckets)
		return append(all, own)
	}
	all[i].Buckets = Merge(all[i].Buckets, g.Buckets)
	return all
}

func fleetFirst(l Link) int {
	if l.From == Fleet {
		return 0
	}
	return 1
}

// joinAudits takes the audit of the whole ledger, or adds up those of all parts.
// One that some parts lack proves nothing.
func joinAudits(parts []*History) Audit {
	var sum Audit
	var failures []string
	done, tried, none := 0, 0, false
	for _, p := range parts {
		a := p.Ledger
		if a.Done && (a.Whole || p.Part.Of == 0) {
			a.Whole = false
			return a
		}
		if a.Done {
			done++
		}
		none = none || a.None
		if a.Done || a.Failure != "" {
			tried++
		}
		sum.add(&a)
		failures = append(failures, a.Failure)
	}
	switch {
	case tried == 0:
		return Audit{None: none}
	case done == len(parts):
		sum.Done = true
		return sum
	}
	const partly = "the ledger was compared with what only a part of the terminals believe"
	return Audit{Failure: cmp.Or(said(failures...), partly)}
}

func (a *Audit) add(o *Audit) {
	a.Entries += o.Entries
	a.Lost += o.Lost
	a.Duplicated += o.Duplicated
	a.Misdated += o.Misdated
	a.Unknown += o.Unknown
	a.Conflicts += o.Conflicts
	a.Behind += o.Behind
}

// said joins what is said, each of it once.
func said(texts ...string) string {
	var all []string
	for _, t := range texts {
		if t != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return strings.Join(all, "; ")
}
