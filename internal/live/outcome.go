package live

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Outcome is what a shard has to say after its run.
type Outcome struct {
	Buckets     []history.Bucket
	Lag         history.Histogram // how late each step was
	Undelivered int64             // attempts that our own machine could not send
	Terminals   []Account
}

// Account is what one terminal believes of its sales; sale n is Sales[n-1].
type Account struct {
	Terminal uint32
	Sales    []Belief
}

// Outcome sums the shard up; call it after Run.
func (s *Shard) Outcome() Outcome {
	o := Outcome{Lag: s.lag, Undelivered: s.lost}
	parts := make([][]history.Bucket, 0, len(s.recorders))
	for _, r := range s.recorders {
		parts = append(parts, r.Buckets())
	}
	o.Buckets = history.Merge(parts...)
	for i := range s.units {
		o.Terminals = append(o.Terminals, Account{Terminal: s.units[i].id, Sales: s.units[i].belief})
	}
	return o
}

// Entry is one sale as the ledger has it.
type Entry struct {
	Terminal, Sale uint32
	SoldAt         time.Duration
	Copies         int
}

// Auditor compares the ledger with what the terminals believe.
type Auditor struct {
	accounts map[uint32]*audited
	sum      history.Audit
}

type audited struct {
	sales []Belief
	found []bool
}

// NewAuditor prepares an audit of all the terminals of a run.
func NewAuditor(outcomes ...Outcome) *Auditor {
	a := &Auditor{accounts: map[uint32]*audited{}}
	for _, o := range outcomes {
		for _, acc := range o.Terminals {
			a.accounts[acc.Terminal] = &audited{sales: acc.Sales, found: make([]bool, len(acc.Sales))}
		}
	}
	return a
}

// Entry takes in one entry of the ledger.
func (a *Auditor) Entry(e Entry) {
	a.sum.Entries += int64(e.Copies)
	a.sum.Duplicated += int64(e.Copies - 1)
	acc := a.accounts[e.Terminal]
	if acc == nil || e.Sale == 0 || int(e.Sale) > len(acc.sales) {
		a.sum.Unknown++
		return
	}
	sale := acc.sales[e.Sale-1]
	acc.found[e.Sale-1] = true
	if !sale.Acknowledged {
		a.sum.Unknown++
	}
	if sale.SoldAt != e.SoldAt {
		a.sum.Misdated++
	}
}

// Finish counts what the ledger should have had and gives the audit.
func (a *Auditor) Finish() history.Audit {
	for _, acc := range a.accounts {
		for i, s := range acc.sales {
			if s.Acknowledged && !acc.found[i] {
				a.sum.Lost++
			}
		}
	}
	a.sum.Done = true
	return a.sum
}
