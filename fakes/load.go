package fakes

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// The headers of a sale on the load port.
const (
	// KeyHeader carries "<terminal>-<sale>", both decimal.
	KeyHeader = "Idempotency-Key"
	// SoldAtHeader carries when the customer bought, in ns since the run began.
	SoldAtHeader = "Retrystorm-Sold-At"
	// TimeoutHeader carries the ms that the client still waits; may be absent.
	TimeoutHeader = "Retrystorm-Timeout"
)

// SalesPath is where sales are sent to, with POST.
const SalesPath = "/v1/sales"

var (
	errKey     = errors.New(KeyHeader + " must be <terminal>-<sale>, such as 17-3")
	errSoldAt  = errors.New(SoldAtHeader + " must be the nanoseconds since the run began, such as 1500000000")
	errTimeout = errors.New(TimeoutHeader + " must be the milliseconds that the client still waits, such as 2000")
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
	case SalesPath:
		if !ctx.IsPost() {
			ctx.Response.Header.Set("Allow", http.MethodPost)
			ctx.SetStatusCode(http.StatusMethodNotAllowed)
			return
		}
		s.sell(ctx)
	case "/healthz":
		ctx.SetStatusCode(http.StatusOK)
	default:
		ctx.SetStatusCode(http.StatusNotFound)
	}
}

// sell takes one sale and returns when it is answered or its client has left;
// what is left to do for an abandoned one needs no goroutine.
func (s *server) sell(ctx *fasthttp.RequestCtx) {
	sale, patience, err := request(&ctx.Request.Header)
	if err != nil {
		ctx.SetStatusCode(http.StatusBadRequest)
		ctx.SetBodyString(err.Error() + "\n")
		return
	}
	l, ok := ctx.Conn().(*line)
	if !ok {
		panic("fakes: the load port serves a connection that is no line")
	}
	c := newClient(l)
	j := s.arrive(sale, c, patience)
	a, stayed := c.wait()
	if !stayed {
		s.leave(j)
		l.hangUp()
		ctx.SetConnectionClose()
		return
	}
	ctx.SetStatusCode(a.status)
	if a.retryAfter > 0 {
		whole := (a.retryAfter + time.Second - 1) / time.Second
		ctx.Response.Header.Set("Retry-After", strconv.Itoa(int(whole)))
	}
}

// request reads what the headers say about a sale.
func request(h *fasthttp.RequestHeader) (sale Entry, patience *time.Duration, err error) {
	terminal, number, found := strings.Cut(string(h.Peek(KeyHeader)), "-")
	t, errT := strconv.ParseUint(terminal, 10, 32)
	n, errN := strconv.ParseUint(number, 10, 32)
	if !found || errT != nil || errN != nil {
		return Entry{}, nil, errKey
	}
	at, err := strconv.ParseInt(string(h.Peek(SoldAtHeader)), 10, 64)
	if err != nil || at < 0 {
		return Entry{}, nil, errSoldAt
	}
	sale = Entry{Terminal: uint32(t), Sale: uint32(n), SoldAt: time.Duration(at)}
	word := h.Peek(TimeoutHeader)
	if len(word) == 0 {
		return sale, nil, nil
	}
	ms, err := strconv.ParseInt(string(word), 10, 64)
	if err != nil || ms < 0 || ms > math.MaxInt32 {
		return Entry{}, nil, errTimeout
	}
	left := time.Duration(ms) * time.Millisecond
	return sale, &left, nil
}
