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

// request is an attempt that is to go out.
type request struct {
	term           uint32 // index into the shard's terminals
	id, tenant     uint32 // the numbers of the terminal and of its tenant in the fleet
	attempt, sale  uint32
	entry          int // where to
	soldAt, waits  time.Duration
	until          time.Time // when its terminal stops waiting
	carriesTimeout bool
}

func (s *Shard) send(i uint32, e *terminal.Effect) {
	u := &s.units[i]
	entry := s.destination(u, e)
	r := request{
		term: i, id: u.id, tenant: s.tenancy.Of(u.id), attempt: e.Attempt, sale: e.Sale, entry: entry,
		soldAt: e.SoldAt, waits: e.Timeout, until: s.epoch.Add(e.At + e.Timeout), carriesTimeout: s.entries[entry].Propagate,
	}
	p := s.pool(u, entry)
	if p == nil {
		c := u.idle[entry]
		u.idle[entry] = nil
		s.dispatch(c, r)
		return
	}
	t := s.ticket(i, e.Attempt)
	if c, ok := p.acquire(t); ok {
		s.dispatch(c, r)
		return
	}
	s.waiting[t.attemptOf] = r
}

func (s *Shard) ticket(i, attempt uint32) ticket {
	return ticket{s.inbox, attemptOf{i, attempt}}
}

// granted sends an attempt that has waited for a connection of its pool. If its
// terminal has given up meanwhile, there is none: cancel has given it back.
func (s *Shard) granted(a attemptOf) {
	r, waits := s.waiting[a]
	if !waits {
		return
	}
	delete(s.waiting, a)
	s.dispatch(s.pool(&s.units[a.term], r.entry).granted(s.inbox), r)
}

// dispatch puts a request on a connection, a new one if c is nil.
func (s *Shard) dispatch(c *conn, r request) {
	u := &s.units[r.term]
	if c == nil {
		p, readers := s.pool(u, r.entry), &s.readers
		if p != nil {
			readers = &p.readers
		}
		c = newConn(s.entries[r.entry].Addr, r.entry, s.inbox, p)
		c.req = r
		u.busy = append(u.busy, c)
		readers.Go(func() { c.dial(r.waits) })
		return
	}
	c.req = r
	u.busy = append(u.busy, c)
	if err := c.write(); err != nil {
		c.tell(message{kind: broken, cause: retry.Reset})
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
		s.free(u, c.entry, nil)
		return
	}
	t := s.ticket(i, attempt)
	if _, waits := s.waiting[t.attemptOf]; waits {
		s.giveUp(t)
	}
}

// giveUp takes an attempt out of those that wait for a connection.
func (s *Shard) giveUp(t ticket) {
	u, entry := &s.units[t.term], s.waiting[t.attemptOf].entry
	delete(s.waiting, t.attemptOf)
	if !s.pool(u, entry).abandon(t) {
		s.free(u, entry, nil) // the grant is still in the inbox
	}
}

// arrived handles what a connection's reader put into the inbox.
func (s *Shard) arrived(now time.Duration, m message) {
	c := m.conn
	u := &s.units[c.req.term]
	k := slices.Index(u.busy, c)
	if k < 0 {
		c.close() // a keep-alive connection that the other side has closed
		u.idle[c.entry] = nil
		return
	}
	u.busy = slices.Delete(u.busy, k, k+1)
	req := c.req
	if m.kind == answered {
		s.release(u, c)
	} else {
		c.close()
		s.free(u, c.entry, nil)
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
	switch {
	case s.pool(u, c.entry) != nil:
		s.free(u, c.entry, c)
	case u.idle[c.entry] == nil:
		u.idle[c.entry] = c
	default:
		c.close()
	}
}

// free gives back to the pool of a terminal's cohort, if it has one, what an attempt
// held: its connection c, nil if that is closed. Whoever has waited longest may use it.
func (s *Shard) free(u *unit, entry int, c *conn) {
	p := s.pool(u, entry)
	if p == nil {
		return
	}
	next, ok := p.release(c)
	switch {
	case ok && next.inbox == s.inbox:
		s.granted(next.attemptOf)
	case ok:
		next.inbox.put(message{kind: granted, grant: next.attemptOf})
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
		entry := s.answer(u, 0).node
		if s.pool(u, entry) != nil {
			continue
		}
		dialled++
		c := newConn(s.entries[entry].Addr, entry, s.inbox, nil)
		c.req.term = uint32(i)
		u.idle[entry] = c
		gate <- struct{}{}
		s.readers.Go(func() {
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
	s.readers.Wait()
}

// closeAll leaves to the other shards what this one held of the pools.
func (s *Shard) closeAll() {
	for a := range s.waiting {
		s.giveUp(ticket{s.inbox, a})
	}
	for i := range s.units {
		u := &s.units[i]
		busy := u.busy
		u.busy = nil
		for _, c := range busy {
			c.close()
			s.free(u, c.entry, nil)
		}
	}
	for _, c := range s.idle {
		if c != nil {
			c.close()
		}
	}
	s.own.Close()
}
