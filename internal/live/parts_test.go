package live

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

func TestTheInboxLosesNothingAndKeepsEachWritersOrder(t *testing.T) {
	const writers, each = 8, 1000
	b := newInbox()
	var readers sync.WaitGroup
	for range writers {
		c := &conn{}
		readers.Go(func() {
			for i := range each {
				b.put(message{conn: c, retryAfter: time.Duration(i)})
			}
		})
	}
	next := map[*conn]time.Duration{}
	for n := 0; n < writers*each; {
		<-b.signal
		for _, m := range b.take() {
			if m.retryAfter != next[m.conn] {
				t.Fatalf("message %d came before %d", m.retryAfter, next[m.conn])
			}
			next[m.conn]++
			n++
		}
	}
	readers.Wait()
	if l := b.take(); len(l) != 0 {
		t.Errorf("%d messages too many", len(l))
	}
}

func entry(terminal, sale uint32, soldAt time.Duration, copies int) protocol.Entry {
	return protocol.Entry{Terminal: terminal, Sale: sale, SoldAt: soldAt, Copies: copies}
}

func TestAudit(t *testing.T) {
	believed := []Outcome{
		{Terminals: []Account{{Terminal: 1, Sales: []Belief{{SoldAt: 10, Acknowledged: true}, {SoldAt: 20, Acknowledged: true}, {SoldAt: 30}}}}},
		{Terminals: []Account{{Terminal: 2, Sales: []Belief{{SoldAt: 10, Acknowledged: true}}}, {Terminal: 3}}},
	}
	all := []protocol.Entry{entry(1, 1, 10, 1), entry(1, 2, 20, 1), entry(2, 1, 10, 1)}
	tests := []struct {
		name   string
		ledger []protocol.Entry
		want   history.Audit
	}{
		{"all is well", all, history.Audit{Entries: 3}},
		{"an empty ledger", nil, history.Audit{Lost: 3}},
		{"one is lost", all[1:], history.Audit{Entries: 2, Lost: 1}},
		{"three copies", []protocol.Entry{entry(1, 1, 10, 3), all[1], all[2]}, history.Audit{Entries: 5, Duplicated: 2}},
		{"at another time", []protocol.Entry{entry(1, 1, 11, 1), all[1], all[2]}, history.Audit{Entries: 3, Misdated: 1}},
		{"not acknowledged", append(all[:3:3], entry(1, 3, 30, 1)), history.Audit{Entries: 4, Unknown: 1}},
		{"not acknowledged, misdated and twice", append(all[:3:3], entry(1, 3, 31, 2)), history.Audit{Entries: 5, Duplicated: 1, Misdated: 1, Unknown: 1}},
		{"in two ledgers", append(all[:3:3], all[1], entry(1, 1, 10, 2)), history.Audit{Entries: 6, Duplicated: 3}},
		{"in two ledgers, misdated in both", []protocol.Entry{entry(1, 1, 11, 1), all[1], all[2], entry(1, 1, 12, 1)}, history.Audit{Entries: 4, Duplicated: 1, Misdated: 1}},
		{"in two ledgers, not acknowledged", append(all[:3:3], entry(1, 3, 30, 1), entry(1, 3, 30, 1)), history.Audit{Entries: 5, Duplicated: 1, Unknown: 1}},
		{"in two ledgers, and there is no such sale", append(all[:3:3], entry(9, 1, 0, 1), entry(9, 1, 0, 1)), history.Audit{Entries: 5, Duplicated: 1, Unknown: 1}},
		{"a sale that there was not", append(all[:3:3], entry(1, 4, 30, 1), entry(3, 1, 0, 1), entry(1, 0, 0, 1)), history.Audit{Entries: 6, Unknown: 3}},
		{"a terminal that there is not", append(all[:3:3], entry(9, 1, 0, 1)), history.Audit{Entries: 4, Unknown: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := NewAuditor(believed...)
			for _, e := range tt.ledger {
				a.Entry(e)
			}
			tt.want.Done = true
			if diff := cmp.Diff(tt.want, a.Finish()); diff != "" {
				t.Errorf("audit (-want +got):\n%s", diff)
			}
		})
	}
}
