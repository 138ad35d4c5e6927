package live

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// put sends sale n of terminal i as attempt n.
func put(s *Shard, i, n uint32) {
	s.send(i, &terminal.Effect{Kind: terminal.Send, Attempt: n, Sale: n, Timeout: time.Minute})
}

// idle says whether no terminal has an attempt on a connection.
func idle(s *Shard) func() bool {
	return func() bool {
		return !slices.ContainsFunc(s.units, func(u unit) bool { return len(u.busy) > 0 })
	}
}

func TestATerminalKeepsItsConnection(t *testing.T) {
	f := newFront(t)
	s := shardOf(f.addr(), fleet(2, time.Second))
	defer s.Close()
	if err := s.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	for n := range uint32(5) {
		for i := range uint32(2) {
			put(s, i, n+1)
			(<-f.orders).say(fine)
			serve(s, idle(s))
		}
	}
	if n := f.accepts(); n != 2 {
		t.Errorf("%d connections for two terminals", n)
	}
}

func TestABusyTerminalOpensAnotherConnectionForAsLong(t *testing.T) {
	f := newFront(t)
	s := shardOf(f.addr(), fleet(1, time.Second))
	defer s.Close()
	put(s, 0, 1)
	first := <-f.orders
	put(s, 0, 2)
	second := <-f.orders
	first.say(fine)
	serve(s, func() bool { return len(s.units[0].busy) == 1 })
	second.say(fine)
	serve(s, idle(s))
	if n := <-f.gone; n != second.line {
		t.Errorf("connection %d was closed, want the second", n)
	}
	put(s, 0, 3)
	third := <-f.orders
	third.say(fine)
	serve(s, idle(s))
	if third.line != first.line || f.accepts() != 2 {
		t.Errorf("the third went out on connection %d of %d", third.line, f.accepts())
	}
}

func TestACancelledAttemptClosesItsConnection(t *testing.T) {
	f := newFront(t)
	s := shardOf(f.addr(), fleet(1, time.Second))
	defer s.Close()
	put(s, 0, 1)
	first := <-f.orders
	s.cancel(0, 1)
	if n := <-f.gone; n != first.line {
		t.Errorf("connection %d was closed", n)
	}
	s.cancel(0, 1)
	s.cancel(0, 99) // of which nobody knows
	put(s, 0, 2)
	if o := <-f.orders; o.line == first.line {
		t.Error("the next attempt went out on the cancelled one's connection")
	}
}

func TestAKeepAliveConnectionThatTheServerClosesIsReplaced(t *testing.T) {
	f := newFront(t)
	s := shardOf(f.addr(), fleet(1, time.Second))
	defer s.Close()
	put(s, 0, 1)
	first := <-f.orders
	first.say(fine)
	serve(s, idle(s))
	_ = first.Close()
	serve(s, func() bool { return s.units[0].idle[0] == nil })
	put(s, 0, 2)
	(<-f.orders).say(fine)
	serve(s, idle(s))
	if n := f.accepts(); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
}

func TestAnAnswerThatNobodyAskedForClosesTheConnection(t *testing.T) {
	for name, pool := range map[string]int{"own": 0, "pool": 1} {
		f := newFront(t)
		c := fleet(1, time.Second)
		c.Connections.Pool = pool
		s := shardOf(f.addr(), c)
		defer s.Close()
		put(s, 0, 1)
		first := <-f.orders
		first.say(fine)
		serve(s, idle(s))
		first.say(fine)
		serve(s, func() bool { return s.units[0].idle[0] == nil && (pool == 0 || len(s.pools[0].idle) == 0) })
		if n := <-f.gone; n != first.line {
			t.Errorf("%s: connection %d was closed", name, n)
		}
		put(s, 0, 2)
		if o := <-f.orders; o.line == first.line {
			t.Errorf("%s: the stray answer's connection is used again", name)
		}
	}
}

func pooled(f *front, terminals, size int) *Shard {
	c := fleet(terminals, time.Second)
	c.Connections.Pool = size
	return shardOf(f.addr(), c)
}

func TestAPoolOpensNoMoreThanItsSizeAndServesInOrder(t *testing.T) {
	f := newFront(t)
	s := pooled(f, 6, 2)
	defer s.Close()
	for i := range uint32(6) {
		put(s, i, 1)
	}
	s.cancel(3, 1) // it waits, and must never go out
	if n := s.pools[0].rule.Waiting(); n != 3 {
		t.Fatalf("%d attempts wait, want 3", n)
	}
	a, b := <-f.orders, <-f.orders
	got := []string{a.key, b.key}
	slices.Sort(got)
	line := a
	for range 3 { // one connection serves all that wait
		line.say(fine)
		rest := s.pools[0].rule.Waiting() - 1
		serve(s, func() bool { return s.pools[0].rule.Waiting() == rest })
		line = <-f.orders
		got = append(got, line.key)
	}
	line.say(fine)
	b.say(fine)
	serve(s, idle(s))
	want := []string{"0-1", "1-1", "2-1", "4-1", "5-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("went out (-want +got):\n%s", diff)
	}
	if p := s.pools[0]; f.accepts() != 2 || p.rule.Held() != 0 || len(p.idle) != 2 || p.rule.Waiting() != 0 || len(s.waiting) != 0 {
		t.Errorf("%d connections; of the pool's %d are held, %d idle, %d waiting", f.accepts(), p.rule.Held(), len(p.idle), p.rule.Waiting())
	}
}

func TestAPoolMakesUpForConnectionsThatAreGone(t *testing.T) {
	f := newFront(t)
	s := pooled(f, 4, 1)
	defer s.Close()
	for i := range uint32(4) {
		put(s, i, 1)
	}
	_ = (<-f.orders).Close() // the server breaks the first
	serve(s, func() bool { return len(s.units[0].busy) == 0 })
	second := <-f.orders
	s.cancel(1, 1) // the second is cancelled on the wire
	third := <-f.orders
	third.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	serve(s, func() bool { return len(s.units[2].busy) == 0 })
	fourth := <-f.orders
	fourth.say(fine)
	serve(s, idle(s))
	want := []string{"1-1", "2-1", "3-1"}
	if diff := cmp.Diff(want, []string{second.key, third.key, fourth.key}); diff != "" {
		t.Errorf("went out (-want +got):\n%s", diff)
	}
	if p := s.pools[0]; p.rule.Held() != 0 || len(p.idle) != 1 {
		t.Errorf("%d of the pool's are held, %d idle, want one idle", p.rule.Held(), len(p.idle))
	}
	_ = fourth.Close() // and the idle one
	serve(s, func() bool { return len(s.pools[0].idle) == 0 })
	if p := s.pools[0]; p.rule.Held() != 0 {
		t.Errorf("%d connections are still held", p.rule.Held())
	}
}

func TestConnectFailsAsAWholeAndLeavesNothing(t *testing.T) {
	f := newFront(t)
	f.stop()
	s := shardOf(f.addr(), fleet(200, time.Second))
	if err := s.Connect(context.Background()); err == nil {
		t.Error("connected to a closed port")
	}
	g := newFront(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s = shardOf(g.addr(), fleet(200, time.Second))
	if err := s.Connect(ctx); err == nil || g.accepts() > 0 {
		t.Errorf("a cancelled Connect gives %v after %d connections", err, g.accepts())
	}
	s.Close()
}

func TestAttemptsThatOurOwnMachineCannotSendAreCounted(t *testing.T) {
	s := shardOf("127.0.0.1:1", fleet(1, time.Second))
	for i, ours := range []bool{true, false, true} {
		c := newConn(s.cfg.Addr, 0, s.inbox, nil)
		c.req.attempt = uint32(i)
		s.units[0].busy = append(s.units[0].busy, c)
		s.arrived(0, message{conn: c, kind: broken, cause: retry.Refused, ours: ours})
	}
	if n := s.Outcome().Undelivered; n != 2 {
		t.Errorf("%d undelivered, want 2", n)
	}
}

func TestAPoolsCancelledConnectionLeavesItsPlace(t *testing.T) {
	f := newFront(t)
	s := pooled(f, 1, 1)
	defer s.Close()
	for n := range uint32(3) {
		put(s, 0, n+1)
		<-f.orders
		s.cancel(0, n+1)
	}
	if p := s.pools[0]; p.rule.Held() != 0 || f.accepts() != 3 {
		t.Errorf("%d connections are held after %d", p.rule.Held(), f.accepts())
	}
}
