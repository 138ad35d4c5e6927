package sim

import (
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// unit is a terminal with what it has in the backend.
type unit struct {
	waited uint32 // the first of the requests it waits for
	sales  uint32 // the latest of its sales that the ledger's books hold
	terminal.Terminal
	latest uint32 // the last of the requests it waits for
}

// enlist makes the terminals, numbered as in a live run.
func (r *run) enlist() {
	p := &r.cfg.Plan
	r.units = make([]unit, p.Terminals())
	r.turns = make([]uint32, len(r.units))
	next := uint32(0)
	for _, cfg := range p.Fleet {
		c := terminal.NewCohort(cfg, p.Timeline)
		r.firsts = append(r.firsts, next)
		r.pools = append(r.pools, newPool(cfg.Connections.Pool))
		for range cfg.Terminals {
			r.units[next].Init(c, r.cfg.Seed, next)
			next++
		}
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
	r.books.fresh = 0
	r.effects = u.Step(r.now, ev, r.effects[:0])
	for k := range r.effects {
		e := &r.effects[k]
		switch e.Kind {
		case terminal.WakeAt:
			r.turns[i] = (r.turns[i] + 1) & turnMask
			r.at(e.At, i, wakes|r.turns[i])
		case terminal.Send:
			r.send(i, e)
		case terminal.Cancel:
			r.cancel(i, e.Attempt)
		case terminal.Record:
			r.record(i, e)
		}
	}
}

// record counts a note and closes the books of a sale that is over.
func (r *run) record(i uint32, e *terminal.Effect) {
	r.recorder.Note(e.Note)
	switch e.Note.What {
	case history.Sold:
		r.books.fresh = e.Sale
	case history.Completed, history.CameLate:
		r.books.acknowledged++
		r.over(i, e.Sale)
	case history.GivenUp:
		r.over(i, e.Sale)
	}
}

// send puts an attempt on the wire, or in the line for one of the pool's.
func (r *run) send(i uint32, e *terminal.Effect) {
	p := r.requests.add(i, e.Attempt, e.At+e.Timeout)
	q := r.requests.at(p)
	if u := &r.units[i]; u.waited == nobody {
		u.waited, u.latest = p, p
	} else {
		r.requests.at(u.latest).next = p
		u.latest = p
	}
	q.entry = r.copied(i, e.Sale)
	if pool := r.pools[r.cohort(i)]; pool != nil {
		pool.join(p, q.turn)
		r.pump(pool)
		return
	}
	r.arrive(p)
}

// cancel ends an attempt that its terminal waits for no longer.
func (r *run) cancel(i uint32, attempt uint32) {
	p := r.unwait(i, attempt)
	if p == nobody {
		return
	}
	if r.requests.at(p).place == pooled {
		r.drop(p)
		return
	}
	r.leave(p)
	r.release(i)
}

// unwait takes a request out of those that its terminal waits for; most often
// it is the first.
func (r *run) unwait(i uint32, attempt uint32) uint32 {
	u := &r.units[i]
	before := uint32(nobody)
	for p := u.waited; p != nobody; p = r.requests.at(p).next {
		q := r.requests.at(p)
		if q.attempt != attempt {
			before = p
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
		r.books.hint = q.entry
		return p
	}
	return nobody
}

// reply ends a request that its terminal waits for.
func (r *run) reply(p uint32, o retry.Outcome) {
	q := r.requests.at(p)
	l := letter{term: q.term, attempt: q.attempt, entry: q.entry, outcome: o}
	r.unwait(l.term, l.attempt)
	r.drop(p)
	r.release(l.term)
	r.inbox.put(l)
}

// deliver steps the terminal that the next letter is for.
func (r *run) deliver() {
	l := r.inbox.take()
	r.latest = l
	r.books.hint = l.entry
	r.step(l.term, terminal.Event{Kind: terminal.Reply, Attempt: l.attempt, Outcome: l.outcome})
	r.count()
}
