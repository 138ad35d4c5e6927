package sim

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// terminalState is what binds a terminal to the rest of the run. Ties lie apart from the
// terminals so that those fill a cache line each; and a wake-up that is stale
// is told by its terminal's terminalState alone.
type terminalState struct {
	turn   uint32 // which of its wake-ups is the valid one
	waited uint32 // the first of the requests it waits for
	latest uint32 // the last of them
	sales  uint32 // the latest of its sales that the ledger holds
}

// initFleet makes the terminals, as terminal.Numbered has them. The cohorts of the run
// before leave them their room.
func (r *run) initFleet(before []*terminal.Cohort) {
	p := &r.cfg.Plan
	n := p.Terminals()
	r.units = slices.Grow(r.units[:0], n)[:n]
	r.states = slices.Grow(r.states[:0], n)[:n]
	clear(r.states)
	r.cohorts = terminal.NewCohorts(p.Fleet, p.Timeline)
	r.tenancy = terminal.TenancyOf(p.Fleet)
	r.harm = history.NewHarmWatch(n, terminal.Tenants(p.Fleet))
	r.grouping = p.Grouping()
	for range r.grouping.Count() {
		r.groups = append(r.groups, history.NewRecorder(r.cfg.Bucket, p.Horizon))
	}
	for i, c := range r.cohorts {
		if i < len(before) {
			c.Inherit(before[i])
		}
		if p.Fleet[i].Offline != nil && r.logos == nil {
			r.logos = history.NewLogoWatch(n)
		}
		r.pools = append(r.pools, r.newPools(i, p.Fleet[i].Connections.Pool))
	}
	for number, c := range terminal.Numbered(p.Fleet) {
		for c >= len(r.firsts) {
			r.firsts = append(r.firsts, number)
		}
		r.units[number].Init(r.cohorts[c], r.cfg.Seed, number)
	}
}

// cohort gives the cohort of a unit.
func (r *run) cohort(i uint32) int {
	c := len(r.firsts) - 1
	for r.firsts[c] > i {
		c--
	}
	return c
}

// step steps a terminal and carries out what it wants. What comes back at the
// same moment waits in the inbox, so that no terminal is stepped within a step.
func (r *run) step(i uint32, ev terminal.Event) {
	u := &r.units[i]
	r.ledger.fresh = 0
	effects := u.Step(r.now, ev, r.effects[:0])
	r.effects = effects
	if r.watch != nil {
		r.watch(r.now, i, ev, effects)
	}
	for k := range effects {
		e := &effects[k]
		switch e.Kind {
		case terminal.WakeAt:
			turn := (r.states[i].turn + 1) & turnMask
			r.states[i].turn = turn
			r.at(e.At, i, wakes|turn)
		case terminal.Send:
			r.send(i, e)
		case terminal.Cancel:
			r.cancel(i, e.Attempt)
		case terminal.Record:
			r.record(i, e)
		}
	}
}

// record counts a note and closes the record of a sale that is over.
func (r *run) record(i uint32, e *terminal.Effect) {
	r.recorder.Note(&e.Note)
	if r.groups != nil {
		r.recordInGroups(i, e)
	}
	if e.Note.OfAttempt() {
		if e.Note.What == history.Ended && (r.toEntries != nil || r.cfg.Trace != nil) {
			r.recordEnd(i, e)
		}
		return
	}
	r.watchTenant(i, &e.Note)
	switch e.Note.What {
	case history.Sold:
		r.ledger.fresh = e.Sale
		if r.toEntries != nil {
			r.toEntries.Sold(i, e.Sale)
		}
	case history.Completed, history.CameLate:
		r.acknowledge(i, e.Sale)
		r.over(i, e.Sale)
	case history.GivenUp, history.TurnedAway:
		r.over(i, e.Sale)
	}
}

// recordInGroups counts a note for each group that its terminal belongs to.
func (r *run) recordInGroups(i uint32, e *terminal.Effect) {
	r.among = r.grouping.Of(i, r.cohort(i), r.among[:0])
	for _, g := range r.among {
		r.groups[g].Note(&e.Note)
	}
}

// recordEnd notes the end of an attempt where it is known by its node, or traced.
func (r *run) recordEnd(i uint32, e *terminal.Effect) {
	to := int(r.entryNode)
	if r.toEntries != nil {
		to = r.toEntries.Ended(e.Note.At, i, e.Attempt, e.Note.Cause)
	}
	if r.cfg.Trace != nil {
		r.cfg.Trace(e.Traced(i, r.graph.Name(to)))
	}
}

// watchTenant follows what a note of a sale does to its terminal's tenant.
func (r *run) watchTenant(i uint32, n *history.Note) {
	if h := n.Harm(); h != history.Unharmed {
		r.harm.Note(i, r.tenancy.Of(i), h)
	}
	if n.Logo != history.SameLogo {
		r.logos.Turn(r.tenancy.Of(i), n.Logo, r.now)
	}
}

// send puts an attempt on the wire, or lets it wait for a connection of the pool.
func (r *run) send(i uint32, e *terminal.Effect) {
	p, q := r.requests.add(i, e.Attempt)
	q.node = r.entryNode
	if r.toEntries != nil {
		q.node = r.destination(i, e)
	}
	if u := &r.states[i]; u.waited == nobody {
		u.waited, u.latest = p, p
	} else {
		r.requests.at(u.latest).next = p
		u.latest = p
	}
	q.entry = r.addCopy(i, e.Sale)
	if e.Misdated {
		r.misdate(p)
	}
	if pool := r.poolOf(i, q.node); pool != nil && pool.queue(p, e.At+e.Timeout) {
		return
	}
	r.dispatch(p, q, e.At+e.Timeout-r.now)
}

// cancel ends an attempt that its terminal waits for no longer.
func (r *run) cancel(i uint32, attempt uint32) {
	p, q := r.unwait(i, attempt)
	switch {
	case p == nobody:
	case q.place == pooled:
		node := q.node
		r.drop(p, q)
		r.abandon(i, node, p)
	default:
		node := q.node
		r.leave(p, q)
		r.release(i, node)
	}
}

// unwait takes a request out of those that its terminal waits for; most often
// it is the first.
func (r *run) unwait(i uint32, attempt uint32) (uint32, *request) {
	u := &r.states[i]
	before := uint32(nobody)
	for p := u.waited; p != nobody; {
		q := r.requests.at(p)
		if q.attempt != attempt {
			before, p = p, q.next
			continue
		}
		if before == nobody {
			u.waited = q.next
		} else {
			r.requests.at(before).next = q.next
		}
		if u.latest == p {
			u.latest = before
		}
		q.next, q.left = nobody, true
		r.ledger.hint = q.entry
		return p, q
	}
	return nobody, nil
}

// reply ends a request that its terminal waits for.
func (r *run) reply(p uint32, q *request, o retry.Outcome) {
	term, attempt, entry, node := q.term, q.attempt, q.entry, q.node
	r.unwait(term, attempt)
	r.drop(p, q)
	r.report(term, attempt, entry, node, o)
}

// report tells a terminal how its attempt at a sale of that entry ended, on which no
// request is any more that it waits for.
func (r *run) report(term, attempt, entry uint32, node uint8, o retry.Outcome) {
	r.release(term, node)
	l := r.inbox.put()
	l.term, l.attempt, l.entry, l.to, l.outcome = term, attempt, entry, terminals, o
}

// deliver steps the terminal or the node that the next message is for.
func (r *run) deliver() {
	r.inbox.take(&r.latest)
	l := &r.latest
	if l.to != terminals {
		r.called(l)
		r.count()
		return
	}
	r.ledger.hint = l.entry
	r.step(l.term, terminal.Event{Kind: terminal.Reply, Attempt: l.attempt, Outcome: l.outcome})
	r.count()
}
