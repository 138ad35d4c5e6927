package live

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// conn is one HTTP/1.1 connection with at most one request on it. The shard
// writes requests; a goroutine of its own reads the answers and puts them into
// the shard's inbox.
type conn struct {
	addr  string
	entry int                   // that it leads to
	pool  *pool                 // that it belongs to, or nil
	inbox atomic.Pointer[inbox] // of the shard that uses it, or used it last
	req   request               // the shard's: what it carries, or carried last
	dead  bool                  // the shard's: closed, whatever still comes is stale
	idle  bool                  // the pool's: nobody uses it

	mu     sync.Mutex // guards nc and closed between the shard and a dial
	nc     *net.TCPConn
	closed bool
	hangUp context.CancelFunc // ends a dial that is under way
	buf    [384]byte          // a request, then the beginning of its answer
}

func newConn(addr string, entry int, to *inbox, p *pool) *conn {
	c := &conn{addr: addr, entry: entry, pool: p}
	c.inbox.Store(to)
	return c
}

// tell puts what the connection's reader found into the inbox of its shard.
func (c *conn) tell(m message) {
	m.conn = c
	c.inbox.Load().put(m)
}

// write puts the request on the wire. A request is far smaller than a socket's
// buffer and the only one on its connection, so this never blocks.
func (c *conn) write() error {
	var buf [256]byte
	_, err := c.nc.Write(appendRequest(buf[:0], c.req, time.Until(c.req.until)))
	return err
}

// connect dials; it leaves the connection idle and unread.
func (c *conn) connect(ctx context.Context) error {
	d := net.Dialer{Timeout: 10 * time.Second, KeepAlive: -1}
	nc, err := d.DialContext(ctx, "tcp", c.addr)
	if err != nil {
		return err
	}
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return errors.New("live: the connection is not TCP")
	}
	if !c.adopt(tcp) {
		return net.ErrClosed
	}
	return nil
}

// adopt takes a connection over, unless the shard has given it up meanwhile.
func (c *conn) adopt(tcp *net.TCPConn) bool {
	// A fleet closes more connections than there are ports to wait in
	// TIME_WAIT, so they are reset instead.
	_ = tcp.SetLinger(0)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = tcp.Close()
		return false
	}
	c.nc = tcp
	return true
}

// dial opens the connection for the request it carries, sends it, and reads on.
func (c *conn) dial(patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), max(patience, time.Second))
	defer cancel()
	c.mu.Lock()
	c.hangUp = cancel
	given := c.closed
	c.mu.Unlock()
	if given {
		return
	}
	if err := c.connect(ctx); err != nil {
		c.tell(message{kind: broken, cause: retry.Refused, ours: isOurs(err)})
		return
	}
	if err := c.write(); err != nil {
		c.tell(message{kind: broken, cause: retry.Reset})
		return
	}
	c.read()
}

// isOurs says whether a dial failed for want of something on our own side.
func isOurs(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// close resets the connection; nothing that comes from it counts any more.
func (c *conn) close() {
	c.dead = true
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.hangUp != nil {
		c.hangUp()
	}
	if c.nc != nil {
		_ = c.nc.Close()
	}
}

// read reads answers until the connection ends. It holds no large buffer while
// it waits: the first bytes come into the connection's own small one.
func (c *conn) read() {
	for {
		n, err := c.nc.Read(c.buf[:])
		if err != nil {
			c.tell(message{kind: broken, cause: retry.Reset})
			return
		}
		m, ok := c.parse(n)
		c.tell(m)
		if !ok {
			return
		}
	}
}

// parse reads one whole answer of which n bytes are in the buffer.
func (c *conn) parse(n int) (message, bool) {
	r, _ := readers.Get().(*bufio.Reader)
	defer readers.Put(r)
	in := &prefixed{head: c.buf[:n], rest: c.nc}
	r.Reset(in)
	resp := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(resp)
	const mostBody = 1 << 16
	if err := resp.ReadLimitBody(r, mostBody); err != nil {
		return message{kind: broken, cause: retry.Reset}, false
	}
	m := message{kind: answered, cause: protocol.CauseIn(resp.StatusCode(), resp.Header.Peek(protocol.CauseHeader))}
	if word := resp.Header.Peek(protocol.RetryAfterHeader); len(word) > 0 {
		m.retryAfter = protocol.ParseRetryAfter(word)
	}
	// What comes after the one answer belongs to no request: were it kept, it
	// would pass for the next one's answer.
	if more := r.Buffered() > 0 || len(in.head) > 0; more || resp.ConnectionClose() {
		m.kind = last
		return m, false
	}
	return m, true
}

var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

// prefixed reads the bytes that are there already, then the connection.
type prefixed struct {
	head []byte
	rest net.Conn
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.head) > 0 {
		n := copy(b, p.head)
		p.head = p.head[n:]
		return n, nil
	}
	return p.rest.Read(b)
}

// appendRequest writes an attempt as an HTTP request; left is how long its
// terminal still waits.
func appendRequest(b []byte, r request, left time.Duration) []byte {
	return protocol.Request{
		Terminal: r.id, Tenant: r.tenant, CarriesTenant: r.tenant != r.id, Sale: r.sale, SoldAt: r.soldAt, Waits: left, CarriesWait: r.carriesTimeout,
	}.Append(b)
}
