package live

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/terminal"
)

const closing = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

// sharing prepares shards of one cohort that share a pool of that size.
func sharing(t *testing.T, f *front, n, size int, c terminal.Config, change ...func(*Config)) []*Shard {
	t.Helper()
	c.Connections.Pool = size
	pools := NewPools([]terminal.Config{c}, 1)
	shards := make([]*Shard, n)
	for i := range shards {
		shards[i] = shardOf(f.addr(), c, append(change, func(c *Config) {
			c.Shard, c.Shards, c.Pools = i, n, pools
		})...)
	}
	t.Cleanup(func() {
		for _, s := range shards {
			s.Close()
		}
		pools.Close()
	})
	return shards
}

// TestAPoolBoundsTheConnectionsOfAllShards runs more shards than the pool has
// connections. The server ends some of them, so that they are replaced.
func TestAPoolBoundsTheConnectionsOfAllShards(t *testing.T) {
	for name, lastsFor := range map[string]int{"connections last": 1 << 30, "connections end": 3} {
		for _, size := range []int{1, 2, 5} {
			t.Run(name, func(t *testing.T) { bounds(t, size, lastsFor) })
		}
	}
}

func bounds(t *testing.T, size, lastsFor int) {
	t.Helper()
	const shards, sales = 3, 100
	f := newFront(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := fleet(12, 2*time.Millisecond)
	var readers sync.WaitGroup
	all := sharing(t, f, shards, size, c, func(c *Config) { c.Horizon, c.Bucket = time.Minute, time.Second })
	for _, s := range all {
		readers.Go(func() { s.Run(ctx, time.Now()) })
	}
	served, ended, most := map[int]int{}, 0, 0
	for range sales {
		o := <-f.orders
		most = max(most, f.accepts()-ended)
		if served[o.line]++; served[o.line]%lastsFor != 0 {
			o.say(fine)
			continue
		}
		ended++ // before its client can know
		o.say(closing)
	}
	cancel()
	readers.Wait()
	if most != size {
		t.Errorf("%d connections were open at once, want %d", most, size)
	}
	for i, s := range all {
		if b := total(s); b.Good == 0 {
			t.Errorf("shard %d: none of %d sales was completed", i, b.Demand)
		}
	}
	all[0].pools.Close()
	if n := all[0].pools[0].rule.Held() + len(all[0].pools[0].idle); n != 0 {
		t.Errorf("%d connections are held or idle after the end", n)
	}
}

func TestAConnectionGoesToTheNextWaiterInWhicheverShard(t *testing.T) {
	f := newFront(t)
	both := sharing(t, f, 2, 1, fleet(4, time.Second))
	a, b := both[0], both[1]
	put(a, 0, 1)
	o := <-f.orders
	put(b, 0, 1)
	put(a, 1, 1)
	put(b, 1, 1)
	b.cancel(0, 1)
	put(b, 0, 2) // behind all others
	got := []string{o.key}
	for range 3 {
		o.say(fine)
		o = next(f, a, b)
		got = append(got, o.key)
	}
	if diff := cmp.Diff([]string{"0-1", "2-1", "3-1", "1-2"}, got); diff != "" {
		t.Errorf("went out (-want +got):\n%s", diff)
	}
	if n := f.accepts(); n != 1 {
		t.Errorf("%d connections were opened for one that all share", n)
	}
}

// next lets two shards handle what comes until a request goes out.
func next(f *front, a, b *Shard) order {
	for {
		select {
		case o := <-f.orders:
			return o
		case <-a.inbox.signal:
			a.receive()
		case <-b.inbox.signal:
			b.receive()
		}
	}
}

func TestAGrantThatComesTooLateIsGivenOn(t *testing.T) {
	f := newFront(t)
	both := sharing(t, f, 2, 1, fleet(4, time.Second))
	a, b := both[0], both[1]
	put(a, 0, 1)
	first := <-f.orders
	put(b, 0, 1)
	put(a, 1, 1)
	first.say(fine)
	serve(a, func() bool { return len(a.units[0].busy) == 0 }) // the grant lies in b's inbox
	b.cancel(0, 1)
	b.receive()
	a.receive()
	if o := <-f.orders; o.key != "2-1" {
		t.Errorf("%s went out, want the one after the one that gave up", o.key)
	}
	if p := a.pools[0]; p.rule.Held() != 1 || p.rule.Waiting() != 0 || len(b.units[0].busy) != 0 {
		t.Errorf("%d connections are held, %d attempts wait", p.rule.Held(), p.rule.Waiting())
	}
}

func TestAShardThatEndsLeavesItsConnectionsToTheOthers(t *testing.T) {
	f := newFront(t)
	both := sharing(t, f, 2, 1, fleet(4, time.Second))
	a, b := both[0], both[1]
	put(a, 0, 1)
	<-f.orders
	put(a, 1, 1)
	put(b, 0, 1)
	a.Close()
	b.receive()
	if o := <-f.orders; o.key != "1-1" {
		t.Errorf("%s went out after its shard had ended", o.key)
	}
}

func TestTheEndOfAnIdleConnectionIsHeardInTheShardThatHasTakenItOver(t *testing.T) {
	for name, heardFirst := range map[string]bool{"before it is taken": true, "after it is taken": false} {
		t.Run(name, func(t *testing.T) {
			f := newFront(t)
			both := sharing(t, f, 2, 1, fleet(2, time.Second))
			a, b := both[0], both[1]
			put(a, 0, 1)
			first := <-f.orders
			first.say(fine)
			serve(a, idle(a))
			_ = first.Close()
			<-a.inbox.signal
			if heardFirst {
				a.receive()
			}
			put(b, 0, 1)
			if heardFirst {
				(<-f.orders).say(fine)
			}
			a.receive()
			serve(b, idle(b))
			want := map[bool]int{true: 2, false: 1}
			if p := a.pools[0]; f.accepts() != want[heardFirst] || p.rule.Held() != 0 || len(p.idle) != want[heardFirst]-1 {
				t.Errorf("%d connections, %d held, %d idle", f.accepts(), p.rule.Held(), len(p.idle))
			}
		})
	}
}
