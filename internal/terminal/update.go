package terminal

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// update is a wave of a roll-out: terminals of a cohort get another client version.
type update struct {
	wave fault.Wave
	to   *Cohort
}

// version is the declaration of a cohort's terminals once they run the client of
// another: what its customers and its place are stays.
func (c Config) version(of *Config) Config {
	c.Timeout, c.Cancel, c.Retry, c.Offline = of.Timeout, of.Cancel, of.Retry, of.Offline
	return c
}

// rollOut prepares the versions that the terminals of a cohort will get.
func (c *Cohort) rollOut(fleet []Config, timeline []fault.Event) {
	for _, w := range fault.Rollouts(timeline, c.cfg.Cohort) {
		for i := range fleet {
			if fleet[i].Cohort == w.To {
				to := newCohort(c.cfg.version(&fleet[i]), timeline)
				c.updates = append(c.updates, update{wave: w, to: to})
				c.dated = c.dated || to.dated
			}
		}
	}
	for _, u := range c.updates {
		u.to.dated = c.dated
	}
}

// updateOf gives when the terminal with a number of the fleet gets another version,
// and which; never where it keeps its own. A wave moves its terminals evenly over its
// time, in an order that has nothing to do with their tenants and places.
func (c *Cohort) updateOf(id uint32) (at time.Duration, to *Cohort) {
	const golden = math.Phi - 1 // its multiples lie evenly in [0, 1), however many there are
	_, order := math.Modf(float64(id-c.begins) * golden)
	for i := range c.updates {
		w := &c.updates[i].wave
		if share := float64(w.Share); w.Since <= order && order < share {
			return w.At + time.Duration(float64(w.For)*(order-w.Since)/(share-w.Since)), c.updates[i].to
		}
	}
	return never, nil
}

// update starts the terminal anew with its other version. It keeps its offline queue;
// what is on the wire is cancelled, and the sales being tried begin anew.
func (t *Terminal) update(now time.Duration, out []Effect) []Effect {
	x := t.extras.shift
	out = t.hangUp(now, out)
	for i := range t.active.trying {
		s := &t.active.trying[i]
		s.session, s.open, s.next = retry.Session{}, 0, now
	}
	if t.active == &t.cohort.free.none {
		t.active = &x.to.free.none
	}
	t.cohort, x.to, x.updates = x.to, nil, never
	if o := t.cohort.cfg.Offline; o != nil && t.extras.store == nil {
		t.extras.store = newStore(o.Parallel)
	} else if o != nil {
		t.extras.store.resize(o.Parallel)
	}
	t.start(now)
	return out
}
