package fakes

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestRequestCarriesItsDeadlineOnlyToWhomMakesUseOfIt(t *testing.T) {
	for _, propagates := range []bool{false, true} {
		t.Run(strconv.FormatBool(propagates), func(t *testing.T) {
			heads := make(chan http.Header, 1)
			cfg := calling(linkTo("db"), called(t, func(_ http.ResponseWriter, r *http.Request) { heads <- r.Header }))
			cfg.Links["db"] = Peer{Addr: cfg.Links["db"].Addr, Propagates: propagates}
			r := servingWith(t, cfg, memory{})
			if got := post(t, r.addr, "7-8", "9"); got.status != 201 {
				t.Errorf("answered with %+v", got)
			}
			head := <-heads
			if key, at := head.Get("Idempotency-Key"), head.Get("Retrystorm-Sold-At"); key != "7-8" || at != "9" {
				t.Errorf("sale %q sold at %q", key, at)
			}
			words := head.Values("Retrystorm-Timeout")
			if !propagates {
				if len(words) > 0 {
					t.Errorf("it carries %q", words)
				}
				return
			}
			ms, err := strconv.Atoi(words[0])
			if err != nil || ms <= 0 || time.Duration(ms)*time.Millisecond >= time.Hour {
				t.Errorf("it carries %q, want less than the link's hour", words)
			}
		})
	}
}

func TestOneConnectionCarriesManyCalls(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	counted := &counting{Listener: l}
	go func() { _ = http.Serve(counted, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) }()
	r := servingWith(t, calling(linkTo("db"), l.Addr().String()), memory{})
	for range 50 {
		if got := post(t, r.addr, "1-1", "0"); got.status != 201 {
			t.Fatalf("answered with %+v", got)
		}
	}
	if n := counted.taken.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

type counting struct {
	net.Listener
	taken atomic.Int64
}

func (c *counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.taken.Add(1)
	}
	return conn, err
}

// A node that was started again has closed its connections; what is sent then
// must not fail for that.
func TestConnectionThatHasBeenClosedMeanwhileIsNotUsed(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	r := servingWith(t, calling(linkTo("db"), s.Listener.Addr().String()), memory{})
	for range 3 {
		if got := post(t, r.addr, "1-1", "0"); got.status != 201 {
			t.Fatalf("answered with %+v", got)
		}
		s.CloseClientConnections()
	}
	if o := r.over(t); o.Outcomes[retry.OK] != 3 || o.Attempts != 3 {
		t.Errorf("%+v, want three that went well", o)
	}
}
