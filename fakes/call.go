package fakes

import (
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// call is one attempt at another node, from Call to its end or to CancelCall.
type call struct {
	attempt node.Attempt
	job     *job
	target  *target
	until   time.Time // when the node stops waiting for the answer

	mu        sync.Mutex // guards these between the call and its cancellation
	conn      *outgoing  // while it carries the call
	cancelled bool
}

// call sends an attempt to another node.
func (s *server) call(j *job, ef *node.Effect) {
	c := &call{
		attempt: ef.Attempt, job: j, target: s.links[ef.Attempt.Link][ef.Target], until: time.Now().Add(ef.For),
	}
	s.calls[ef.Attempt] = c
	go func() { s.called(c, c.run()) }()
}

// called notes that an attempt has ended by itself.
func (s *server) called(c *call, o retry.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[c.attempt] != c {
		return // cancelled at the last moment
	}
	delete(s.calls, c.attempt)
	// The worker lost to a late timer what it now makes up for; see forgiven.
	now := s.now()
	s.step(now, now-c.job.late, &node.Event{Kind: node.CallEnded, Attempt: c.attempt, Outcome: o})
}

// cancel ends an attempt that the node does not wait for any more.
func (s *server) cancel(a node.Attempt) {
	c := s.calls[a]
	if c == nil {
		return
	}
	delete(s.calls, a)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelled = true
	if c.conn != nil {
		// The node that is called sees its client leave.
		_ = c.conn.Close() // fails only on a connection that is gone already
	}
}

// run carries the call on an idle connection, or opens one. What a cancelled
// call gives has no meaning.
func (c *call) run() retry.Outcome {
	for t := c.target; ; {
		// A connection that comes too late for this call is there for the next.
		pooled, err := t.AcquireConn(max(time.Until(c.until), time.Second), false)
		if err != nil {
			return retry.Outcome{Cause: retry.Refused}
		}
		conn, ok := pooled.Conn().(*outgoing)
		if !ok {
			panic("fakes: a connection to a node that dial has not made")
		}
		if conn.stale() {
			t.CloseConn(pooled)
			continue
		}
		o, again := c.carry(conn)
		if again {
			t.ReleaseConn(pooled)
		} else {
			t.CloseConn(pooled)
		}
		return o
	}
}

// carry sends the call on a connection and waits for its answer; again says that
// the connection can carry another.
func (c *call) carry(conn *outgoing) (o retry.Outcome, again bool) {
	if !c.take(conn) {
		return o, true // nothing has been sent
	}
	conn.used = true
	o, again, err := c.exchange(conn)
	if err != nil {
		o.Cause = retry.Reset
	}
	return o, c.give() && again
}

// take notes the connection that carries the call, unless it has been cancelled.
func (c *call) take(conn *outgoing) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.cancelled {
		c.conn = conn
	}
	return !c.cancelled
}

// give notes that the connection has carried the call, unless that has been
// cancelled and the connection is closed.
func (c *call) give() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = nil
	return !c.cancelled
}

// exchange writes the request and reads the answer; again says that another
// request can follow.
func (c *call) exchange(conn *outgoing) (o retry.Outcome, again bool, err error) {
	var buf [256]byte
	sale := &c.job.sale
	_, err = conn.Write(protocol.Request{
		Terminal: sale.Terminal, Sale: sale.Sale, SoldAt: sale.SoldAt,
		Tenant: c.job.tenant, CarriesTenant: c.job.tenant != sale.Terminal,
		Waits: time.Until(c.until), CarriesWait: c.target.propagates,
	}.Append(buf[:0]))
	if err != nil {
		return o, false, err
	}
	in := c.target.AcquireReader(conn)
	defer c.target.ReleaseReader(in)
	resp := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(resp)
	if err := resp.ReadLimitBody(in, mostBody); err != nil {
		return o, false, err
	}
	o.Cause = protocol.CauseIn(resp.StatusCode(), resp.Header.Peek(protocol.CauseHeader))
	if word := resp.Header.Peek(protocol.RetryAfterHeader); len(word) > 0 {
		o.RetryAfter = protocol.ParseRetryAfter(word)
	}
	return o, in.Buffered() == 0 && !resp.ConnectionClose(), nil
}
