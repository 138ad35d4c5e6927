package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Cohort is what the terminals of a cohort share. It lends them memory for their
// sales, so that terminals of one Cohort are not safe for concurrent use.
type Cohort struct {
	cfg    Config
	policy *retry.Policy
	rules  caller.Rules
	sync   *retry.Policy // nil without an offline queue
	demand fault.Demand
	places []place   // by zone; none where all terminals are at one place that never closes
	off    fault.Off // when the operator has switched retries off
	plain  extras    // of terminals that need nothing in it
	free   freeList
	begins uint32 // the number of its first terminal in the fleet
	bySync bool   // the date of a synced sale is that of its sync
	dated  bool   // it is so in this version of the client or in one that follows
	// updates are the waves in which its terminals get another version.
	updates []update
}

// NewCohort prepares a valid declaration and the demand that its timeline makes.
func NewCohort(cfg Config, timeline []fault.Event) *Cohort {
	c := newCohort(cfg, timeline)
	c.settle()
	return c
}

func newCohort(cfg Config, timeline []fault.Event) *Cohort {
	c := &Cohort{cfg: cfg.WithDefaults(), demand: fault.DemandFor(timeline, cfg.Cohort), off: fault.RetriesOffIn(timeline)}
	c.policy = retry.NewPolicy(c.cfg.Retry)
	c.rules = caller.Rules{Policy: c.policy, Timeout: c.cfg.Timeout}
	if o := c.cfg.Offline; o != nil {
		c.sync = retry.NewPolicy(o.Retry)
		c.bySync = o.BusinessDate == BySync
		c.dated = c.bySync
	}
	return c
}

// NewCohorts prepares the cohorts of a fleet, whose terminals have the numbers that
// Numbered gives them.
func NewCohorts(fleet []Config, timeline []fault.Event) []*Cohort {
	all := make([]*Cohort, len(fleet))
	begins := uint32(0)
	for i := range fleet {
		c := newCohort(fleet[i], timeline)
		c.begins = begins
		c.rollOut(fleet, timeline)
		c.settle()
		all[i] = c
		begins += uint32(fleet[i].Terminals) //nolint:gosec // at most a million
	}
	return all
}

// newExtras gives a new terminal its extras; all terminals that need none share them.
func (c *Cohort) newExtras(id uint32) *extras {
	client := c.policy.NewClient()
	if client == nil && c.cfg.Offline == nil && c.places == nil && c.updates == nil {
		return &c.plain
	}
	k := &extras{client: client}
	if o := c.cfg.Offline; o != nil {
		k.store = newStore(o.Parallel)
	}
	if c.places != nil {
		k.place = c.placeOf(id)
	}
	k.shift = c.newShift(id, k.place)
	return k
}

// place is a zone of a cohort's shops, with the demand there.
type place struct {
	calendar
	demand fault.Demand
}

// settle makes the places of a cohort that is not at one place that never closes.
func (c *Cohort) settle() {
	cfg := &c.cfg
	if cfg.Hours == nil && len(cfg.Demand) == 0 && !c.dated {
		return
	}
	zones := cfg.Zones
	if len(zones) == 0 {
		zones = []Zone{0}
	}
	c.places = make([]place, len(zones))
	for i := range c.places {
		p := &c.places[i]
		p.calendar = calendar{day: cfg.day(), local: cfg.Starts + time.Duration(zones[i]), hours: cfg.Hours, curve: cfg.Demand}
		p.demand = c.demand
		if cfg.Hours != nil || len(cfg.Demand) > 0 {
			p.demand = c.demand.Following(&p.calendar)
		}
	}
}

// DemandsOf gives the demand of a cohort's customers in each of its zones, in which
// there are equal parts of its shops.
func DemandsOf(cfg Config, timeline []fault.Event) []fault.Demand {
	c := NewCohort(cfg, timeline)
	if c.places == nil {
		return []fault.Demand{c.demand}
	}
	all := make([]fault.Demand, len(c.places))
	for i := range c.places {
		all[i] = c.places[i].demand
	}
	return all
}

// placeOf gives the place of the terminal with a number of the fleet. All terminals
// of a tenant are at the same place.
func (c *Cohort) placeOf(id uint32) *place {
	tenants := c.cfg.tenants()
	tenant := c.cfg.tenantOf(int(id-c.begins) % max(c.cfg.Terminals, 1))
	return &c.places[tenant*len(c.places)/tenants]
}

func (t *Terminal) demand() *fault.Demand {
	if p := t.extras.place; p != nil {
		return &p.demand
	}
	return &t.cohort.demand
}

// Dating is how the dates of the terminal's sales are judged.
func (t *Terminal) Dating() Dating {
	d := Dating{Day: t.cohort.cfg.day(), BySync: t.cohort.dated}
	if p := t.extras.place; p != nil {
		d.Local = p.local
	}
	return d
}
