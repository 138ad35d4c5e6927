package fakes

import (
	"net/http"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// loadPort is the HTTP server of the load port. Its buffers are small, as
// every terminal may keep a connection: about 10 KiB for one that is idle.
func loadPort(s *server) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:               s.serve,
		ReadBufferSize:        2048, // also the most that headers may take
		WriteBufferSize:       256,
		MaxRequestBodySize:    4096,
		NoDefaultServerHeader: true,
		NoDefaultDate:         true,
		NoDefaultContentType:  true,
		Logger:                silence{},
	}
}

// silence takes the library's complaints about clients that break off, which
// is what clients here are for.
type silence struct{}

// Printf drops its message.
func (silence) Printf(string, ...any) {}

func (s *server) serve(ctx *fasthttp.RequestCtx) {
	switch string(ctx.Path()) {
	case protocol.SalesPath:
		if !ctx.IsPost() {
			ctx.Response.Header.Set("Allow", http.MethodPost)
			ctx.SetStatusCode(http.StatusMethodNotAllowed)
			return
		}
		s.sell(ctx)
	case protocol.LedgerPath:
		s.copied(ctx)
	case "/healthz":
		ctx.SetStatusCode(http.StatusOK)
	default:
		ctx.SetStatusCode(http.StatusNotFound)
	}
}

// sell takes one sale and returns when it is answered or its client has left;
// what is left to do for an abandoned one needs no goroutine.
func (s *server) sell(ctx *fasthttp.RequestCtx) {
	sale, tenant, waits, err := request(&ctx.Request.Header)
	if err != nil {
		ctx.SetStatusCode(http.StatusBadRequest)
		ctx.SetBodyString(err.Error() + "\n")
		return
	}
	l, ok := ctx.Conn().(*clientConn)
	if !ok {
		panic("fakes: the load port serves a connection of another kind")
	}
	c := newClient(l)
	j := s.arrive(sale, tenant, c, waits)
	a, stayed := c.wait()
	if !stayed {
		s.leave(j)
	}
	if !stayed || a == hangUp {
		l.hangUp()
		ctx.SetConnectionClose()
		return
	}
	ctx.SetStatusCode(a.Status)
	if a.ReadOnly {
		ctx.Response.Header.Set(protocol.CauseHeader, protocol.CauseReadOnly)
	}
	if a.RetryAfter > 0 {
		ctx.Response.Header.SetBytesV(protocol.RetryAfterHeader, protocol.AppendRetryAfter(nil, a.RetryAfter))
	}
}

// request reads what the headers say about a sale.
func request(h *fasthttp.RequestHeader) (sale protocol.Entry, tenant uint32, waits time.Duration, err error) {
	sale, err = protocol.ParseSale(h.Peek(protocol.KeyHeader), h.Peek(protocol.SoldAtHeader))
	if err != nil {
		return sale, 0, 0, err
	}
	if tenant, err = protocol.ParseTenant(h.Peek(protocol.TenantHeader), sale.Terminal); err != nil {
		return sale, 0, 0, err
	}
	word := h.Peek(protocol.TimeoutHeader)
	if len(word) == 0 {
		return sale, tenant, node.Unlimited, nil
	}
	waits, err = protocol.ParseTimeout(word)
	return sale, tenant, waits, err
}
