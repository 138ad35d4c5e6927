package live

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// Outcome is what a shard has to say after its run.
type Outcome struct {
	Buckets     []history.Bucket
	Lag         history.Histogram  // how late each step was
	Undelivered int64              // attempts that our own machine could not send
	Owed        history.Owed       // what the terminals are yet to send again
	Reds        []history.Spell    // when the terminals' logos were red, up to the horizon
	Hurt        []history.Spell    // when the terminals had hurt their tenants, likewise
	Groups      [][]history.Bucket // what the groups of terminals counted, in the order of the Grouping
	Terminals   []Account
	Sent        *history.FleetRecorder // what went to each entry; nil where there is one
}

// Account is what one terminal believes of its sales; sale n is Sales[n-1].
type Account struct {
	Terminal uint32
	Dating   terminal.Dating
	Sales    []Belief
}

// Outcome sums the shard up; call it after Run.
func (s *Shard) Outcome() Outcome {
	o := Outcome{Lag: s.lag, Undelivered: s.lost, Sent: s.sent}
	parts := make([][]history.Bucket, 0, len(s.recorders))
	for _, r := range s.recorders {
		parts = append(parts, r.Buckets())
	}
	o.Buckets = history.Merge(parts...)
	for i := range s.units {
		o.Owed.Add(s.units[i].Owed())
		u := &s.units[i]
		o.Terminals = append(o.Terminals, Account{Terminal: u.id, Dating: u.Dating(), Sales: u.belief})
		o.Reds = append(o.Reds, upTo(s.cfg.Horizon, u.reds)...)
		o.Hurt = append(o.Hurt, upTo(s.cfg.Horizon, u.hurt)...)
	}
	for _, r := range s.groups {
		o.Groups = append(o.Groups, r.Buckets())
	}
	return o
}

// upTo ends the spells that have no end yet.
func upTo(horizon time.Duration, spells []history.Spell) []history.Spell {
	for i := range spells {
		spells[i].To = min(spells[i].To, horizon)
	}
	return spells
}

// Auditor compares the ledger with what the terminals believe.
type Auditor struct {
	part     history.Part // whose entries are looked at
	accounts map[uint32]*audited
	strays   map[[2]uint32]bool // terminal and sale of what no terminal has sold
	count    history.AuditCount
}

type audited struct {
	sales  []Belief
	dating terminal.Dating
	found  []found
}

// found is what the ledgers have of a sale.
type found struct{ recorded, misdated bool }

// NewAuditor prepares an audit of all the terminals of a run.
func NewAuditor(outcomes ...Outcome) *Auditor {
	a := &Auditor{accounts: map[uint32]*audited{}, strays: map[[2]uint32]bool{}}
	for _, o := range outcomes {
		for _, acc := range o.Terminals {
			a.accounts[acc.Terminal] = &audited{sales: acc.Sales, dating: acc.Dating, found: make([]found, len(acc.Sales))}
		}
	}
	return a
}

// Only makes it an audit of a part of the fleet, whose outcomes those are that it
// was prepared with: entries of terminals that other processes drove are passed
// over, so that the audits of all parts add up to that of the whole (history.Join).
func (a *Auditor) Only(p history.Part) *Auditor {
	a.part = p
	return a
}

// Entry takes in one entry of a ledger. Where several ledgers have the same sale, all
// copies but the first are duplicates, and the sale is counted once in everything else.
func (a *Auditor) Entry(e protocol.Entry) {
	if !a.part.Holds(e.Terminal) {
		return
	}
	acc := a.accounts[e.Terminal]
	if acc == nil || e.Sale == 0 || int(e.Sale) > len(acc.sales) {
		stray := [2]uint32{e.Terminal, e.Sale}
		a.count.Record(int64(e.Copies), !a.strays[stray])
		a.strays[stray] = true
		return
	}
	sale, f := acc.sales[e.Sale-1], &acc.found[e.Sale-1]
	a.count.Record(int64(e.Copies), !f.recorded)
	f.recorded = true
	if acc.dating.Misdated(sale.SoldAt, e.SoldAt) && !f.misdated {
		f.misdated = true
		a.count.Misdated++
	}
}

// Finish counts what the ledger should have had and gives the audit.
func (a *Auditor) Finish() history.Audit {
	for _, acc := range a.accounts {
		for i, s := range acc.sales {
			if s.Acknowledged {
				a.count.Acknowledge(acc.found[i].recorded)
			}
		}
	}
	return a.count.Audit()
}
