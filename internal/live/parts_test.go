package live

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
)

func TestTimersComeOutInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h timers
		var plain []time.Duration
		for i, at := range rapid.SliceOfN(rapid.Int64Range(-1, 50), 0, 300).Draw(t, "pushes and pops") {
			if at >= 0 {
				h.push(timer{at: time.Duration(at), term: uint32(i)})
				plain = append(plain, time.Duration(at))
				continue
			}
			if len(h) == 0 {
				continue
			}
			slices.Sort(plain)
			if got := h.pop().at; got != plain[0] {
				t.Fatalf("popped %v, want %v", got, plain[0])
			}
			plain = plain[1:]
		}
		slices.Sort(plain)
		for _, want := range plain {
			if got := h.pop().at; got != want {
				t.Fatalf("popped %v, want %v", got, want)
			}
		}
		if len(h) != 0 {
			t.Fatalf("%d timers too many", len(h))
		}
	})
}

func TestTheInboxLosesNothingAndKeepsEachWritersOrder(t *testing.T) {
	const writers, each = 8, 1000
	b := newInbox()
	var crew sync.WaitGroup
	for range writers {
		c := &conn{}
		crew.Go(func() {
			for i := range each {
				b.put(message{conn: c, retryAfter: time.Duration(i)})
			}
		})
	}
	next := map[*conn]time.Duration{}
	for n := 0; n < writers*each; {
		<-b.bell
		for _, m := range b.take() {
			if m.retryAfter != next[m.conn] {
				t.Fatalf("message %d came before %d", m.retryAfter, next[m.conn])
			}
			next[m.conn]++
			n++
		}
	}
	crew.Wait()
	if l := b.take(); len(l) != 0 {
		t.Errorf("%d messages too many", len(l))
	}
}

func TestAudit(t *testing.T) {
	believed := []Outcome{
		{Terminals: []Account{{Terminal: 1, Sales: []Belief{{SoldAt: 10, Acknowledged: true}, {SoldAt: 20, Acknowledged: true}, {SoldAt: 30}}}}},
		{Terminals: []Account{{Terminal: 2, Sales: []Belief{{SoldAt: 10, Acknowledged: true}}}, {Terminal: 3}}},
	}
	all := []Entry{{1, 1, 10, 1}, {1, 2, 20, 1}, {2, 1, 10, 1}}
	tests := []struct {
		name   string
		ledger []Entry
		want   history.Audit
	}{
		{"all is well", all, history.Audit{Entries: 3}},
		{"an empty ledger", nil, history.Audit{Lost: 3}},
		{"one is lost", all[1:], history.Audit{Entries: 2, Lost: 1}},
		{"three copies", []Entry{{1, 1, 10, 3}, all[1], all[2]}, history.Audit{Entries: 5, Duplicated: 2}},
		{"at another time", []Entry{{1, 1, 11, 1}, all[1], all[2]}, history.Audit{Entries: 3, Misdated: 1}},
		{"not acknowledged", append(all[:3:3], Entry{1, 3, 30, 1}), history.Audit{Entries: 4, Unknown: 1}},
		{"not acknowledged, misdated and twice", append(all[:3:3], Entry{1, 3, 31, 2}), history.Audit{Entries: 5, Duplicated: 1, Misdated: 1, Unknown: 1}},
		{"a sale that there was not", append(all[:3:3], Entry{1, 4, 30, 1}, Entry{3, 1, 0, 1}, Entry{1, 0, 0, 1}), history.Audit{Entries: 6, Unknown: 3}},
		{"a terminal that there is not", append(all[:3:3], Entry{9, 1, 0, 1}), history.Audit{Entries: 4, Unknown: 1}},
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
