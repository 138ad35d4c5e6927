package live

import (
	"slices"
	"sync"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// Pools are the connections that the terminals of each cohort share: for each cohort,
// in the order of the fleet, those to each of the entries, in their order; nil where
// each terminal has connections of its own. All shards of a process use the same ones.
type Pools []*pool

// pool is the connections that one cohort's terminals share, whichever shard they
// are in.
//
// A connection is open for each attempt that holds one by the rule, or less while
// one is being dialled, and no new one is dialled while any is idle: so there are
// never more than the rule allows, idle ones included.
type pool struct {
	mu      sync.Mutex
	rule    *caller.Pool[ticket]
	idle    []*conn
	readers sync.WaitGroup
}

// ticket names an attempt, among those of all shards.
type ticket struct {
	inbox *inbox // of its shard
	attemptOf
}

// attemptOf names an attempt within its shard.
type attemptOf struct{ term, attempt uint32 }

// NewPools makes the pools of a fleet that sends to so many entries. Close them when no shard uses them any more.
func NewPools(fleet []terminal.Config, entries int) Pools {
	ps := make(Pools, len(fleet)*entries)
	for i := range ps {
		if n := fleet[i/entries].Connections.Pool; n > 0 {
			ps[i] = &pool{rule: caller.NewPool[ticket](n)}
		}
	}
	return ps
}

// Close closes every idle connection and returns when nothing is left running. All
// shards must have ended.
func (ps Pools) Close() {
	for _, p := range ps {
		if p == nil {
			continue
		}
		p.mu.Lock()
		for _, c := range p.idle {
			c.idle = false
			c.close()
		}
		p.idle = nil
		p.mu.Unlock()
		p.readers.Wait()
	}
}

// acquire says whether an attempt holds a connection from now on, and gives it an
// idle one; it dials where that is nil. Otherwise the attempt waits until its shard
// finds a grant in its inbox.
func (p *pool) acquire(t ticket) (*conn, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.rule.Acquire(t) {
		return nil, false
	}
	return p.reuse(t.inbox), true
}

// granted gives an idle connection to an attempt that holds one by a grant; it
// dials where that is nil.
func (p *pool) granted(to *inbox) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reuse(to)
}

// reuse takes the connection that became idle last, for the shard with that inbox.
func (p *pool) reuse(to *inbox) *conn {
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	c := p.idle[n-1]
	p.idle = p.idle[:n-1]
	c.idle = false
	c.inbox.Store(to)
	return c
}

// release takes back what an attempt held: its connection c, nil if that is closed.
// If ok, next holds one from now on and must be told.
func (p *pool) release(c *conn) (next ticket, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c != nil {
		c.idle = true
		p.idle = append(p.idle, c)
	}
	return p.rule.Release()
}

// abandon ends an attempt's wait; false if it holds a connection by now.
func (p *pool) abandon(t ticket) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rule.Abandon(t)
}

// concerns says whether a message is about an attempt of the shard with that inbox.
// An idle connection that speaks or ends is closed. One that has moved to another
// shard while the message was on its way takes the message with it.
func (p *pool) concerns(m message, shard *inbox) bool {
	c := m.conn
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.idle {
		k := slices.Index(p.idle, c)
		p.idle = slices.Delete(p.idle, k, k+1)
		c.idle = false
		c.close()
		return false
	}
	if owner := c.inbox.Load(); owner != shard {
		owner.put(m)
		return false
	}
	return true
}
