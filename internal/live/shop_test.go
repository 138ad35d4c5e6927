package live

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// The front never answers, so that every sale is on the wire when the shops close.
func TestClosingEndsWhatIsOnTheWireAndLeavesTheLogosRed(t *testing.T) {
	f := newFront(t)
	c := fleet(4, 5*time.Millisecond)
	c.Tenants, c.Hours, c.Offline = 2, &terminal.Hours{Close: 40 * time.Millisecond}, &terminal.Offline{}
	s := shardOf(f.addr(), c, func(cfg *Config) { cfg.Horizon = 150 * time.Millisecond })
	s.Run(context.Background(), time.Now())
	sum, last := total(s), s.recorders[0].Buckets()[14]
	if sum.Demand < 4 || sum.Parked != sum.Demand || last.Red != 4 || last.Pending != 0 {
		t.Errorf("of %d sales %d are parked, %d logos are red and %d sales pending", sum.Demand, sum.Parked, last.Red, last.Pending)
	}
	reds := s.Outcome().Reds
	if len(reds) != 4 || reds[0].Tenant != 0 || reds[3].Tenant != 1 || reds[3].To != 150*time.Millisecond || reds[0].From < 40*time.Millisecond {
		t.Errorf("logos were red %+v", reds)
	}
	for i := range s.units {
		if n := len(s.units[i].busy); n > 0 {
			t.Errorf("terminal %d has %d attempts on the wire", i, n)
		}
	}
}

func TestASaleIsMisdatedByTheDayWhereTheDateIsThatOfTheSync(t *testing.T) {
	const day = 24 * time.Hour
	audit := func(d terminal.Dating) history.Audit {
		a := NewAuditor(Outcome{Terminals: []Account{{Dating: d, Sales: []Belief{{SoldAt: 1}, {SoldAt: 1}, {SoldAt: 1}}}}})
		for i, at := range []time.Duration{1, 2, day} {
			a.Entry(protocol.Entry{Sale: uint32(i + 1), SoldAt: at, Copies: 1})
		}
		return a.Finish()
	}
	if got := audit(terminal.Dating{}).Misdated; got != 2 {
		t.Errorf("%d of 3 sales are misdated, want the 2 with another time", got)
	}
	if got := audit(terminal.Dating{BySync: true}).Misdated; got != 1 {
		t.Errorf("%d of 3 sales are misdated, want the one of another day", got)
	}
}
