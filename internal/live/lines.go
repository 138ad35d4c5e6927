package live

import (
	"context"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// A terminal's attempt goes out on its keep-alive connection or, while that is
// busy, on another one, which is closed when the attempt is over. In a pool
// the attempt takes any idle connection, or opens one while there are fewer
// than allowed, or waits for one.

// pool is the connections that a cohort's terminals share in one shard.
type pool struct {
	size    int // most connections
	open    int
	idle    []*conn
	waiting []request
}

func newPool(size int) *pool {
	if size == 0 {
		return nil
	}
	return &pool{size: size}
}

// request is an attempt that is to go out.
type request struct {
	term           uint32 // index into the shard's terminals
	id             uint32 // the terminal's number in the fleet
	attempt, sale  uint32
	soldAt, waits  time.Duration
	until          time.Time // when its terminal stops waiting
	carriesTimeout bool
}

func (s *Shard) send(i uint32, e *terminal.Effect) {
	u := &s.units[i]
	r := request{
		term: i, id: u.id, attempt: e.Attempt, sale: e.Sale,
		soldAt: e.SoldAt, waits: e.Timeout, until: s.epoch.Add(e.At + e.Timeout), carriesTimeout: s.cfg.Propagate,
	}
	p := s.pools[u.cohort]
	switch {
	case p == nil:
		c := u.idle
		u.idle = nil
		s.dispatch(c, r)
	case len(p.idle) > 0:
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		s.dispatch(c, r)
	case p.open < p.size:
		p.open++
		s.dispatch(nil, r)
	default:
		p.waiting = append(p.waiting, r)
	}
}

// dispatch puts a request on a connection, a new one if c is nil.
func (s *Shard) dispatch(c *conn, r request) {
	u := &s.units[r.term]
	if c == nil {
		c = &conn{addr: s.cfg.Addr, inbox: s.inbox, req: r}
		u.busy = append(u.busy, c)
		s.crew.Go(func() { c.dial(r.waits) })
		return
	}
	c.req = r
	u.busy = append(u.busy, c)
	if err := c.write(); err != nil {
		s.inbox.put(message{conn: c, kind: broken, cause: retry.Reset})
	}
}

// cancel closes the connection that carries an attempt, or takes the attempt
// out of the queue for one.
func (s *Shard) cancel(i uint32, attempt uint32) {
	u := &s.units[i]
	k := slices.IndexFunc(u.busy, func(c *conn) bool { return c.req.attempt == attempt })
	if k >= 0 {
		c := u.busy[k]
		u.busy = slices.Delete(u.busy, k, k+1)
		c.close()
		s.freed(u.cohort)
		return
	}
	if p := s.pools[u.cohort]; p != nil {
		p.waiting = slices.DeleteFunc(p.waiting, func(r request) bool { return r.term == i && r.attempt == attempt })
	}
}

// arrived handles what a connection's reader put into the inbox.
func (s *Shard) arrived(now time.Duration, m message) {
	c := m.conn
	u := &s.units[c.req.term]
	k := slices.Index(u.busy, c)
	if k < 0 {
		s.lostIdle(u, c)
		return
	}
	u.busy = slices.Delete(u.busy, k, k+1)
	req := c.req
	if m.kind == answered {
		s.release(u, c)
	} else {
		c.close()
		s.freed(u.cohort)
	}
	if m.ours {
		s.lost++
	}
	s.step(now, req.term, terminal.Event{
		Kind: terminal.Reply, Attempt: req.attempt,
		Outcome: retry.Outcome{Cause: m.cause, RetryAfter: m.retryAfter},
	})
}

// release makes a connection idle that has done its work.
func (s *Shard) release(u *unit, c *conn) {
	p := s.pools[u.cohort]
	switch {
	case p == nil && u.idle == nil:
		u.idle = c
	case p == nil:
		c.close()
	case len(p.waiting) > 0:
		r := p.waiting[0]
		p.waiting = p.waiting[1:]
		s.dispatch(c, r)
	default:
		p.idle = append(p.idle, c)
	}
}

// freed counts a pool's connection as gone and lets a waiting attempt open
// another in its place.
func (s *Shard) freed(cohort int) {
	p := s.pools[cohort]
	if p == nil {
		return
	}
	if len(p.waiting) == 0 {
		p.open--
		return
	}
	r := p.waiting[0]
	p.waiting = p.waiting[1:]
	s.dispatch(nil, r)
}

// lostIdle drops a keep-alive connection that the other side has closed.
func (s *Shard) lostIdle(u *unit, c *conn) {
	c.close()
	if u.idle == c {
		u.idle = nil
		return
	}
	if p := s.pools[u.cohort]; p != nil {
		if k := slices.Index(p.idle, c); k >= 0 {
			p.idle = slices.Delete(p.idle, k, k+1)
			p.open--
		}
	}
}

// Connect opens every terminal's keep-alive connection before the run begins,
// at most abreast at a time, so that the start is no storm of its own.
// Terminals that share a pool open theirs as they need them.
func (s *Shard) Connect(ctx context.Context) error {
	const abreast = 64
	gate := make(chan struct{}, abreast)
	errs := make(chan error, len(s.units))
	dialled := 0
	for i := range s.units {
		u := &s.units[i]
		if s.pools[u.cohort] != nil {
			continue
		}
		dialled++
		u.idle = &conn{addr: s.cfg.Addr, inbox: s.inbox}
		u.idle.req.term = uint32(i)
		gate <- struct{}{}
		c := u.idle
		s.crew.Go(func() {
			err := c.connect(ctx)
			errs <- err
			<-gate
			if err == nil {
				c.read()
			}
		})
	}
	var first error
	for range dialled {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	if first != nil {
		s.Close()
	}
	return first
}

// Close closes every connection and returns when nothing of the shard is left
// running. Run does it at its end; call it where Run is not called. It may be
// called more than once.
func (s *Shard) Close() {
	s.closeAll()
	s.crew.Wait()
}

func (s *Shard) closeAll() {
	for i := range s.units {
		u := &s.units[i]
		for _, c := range u.busy {
			c.close()
		}
		if u.idle != nil {
			u.idle.close()
		}
	}
	for _, p := range s.pools {
		if p != nil {
			for _, c := range p.idle {
				c.close()
			}
		}
	}
}
