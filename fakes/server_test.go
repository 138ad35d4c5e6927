package fakes

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/node"
)

func TestSaleIsRecordedOnceByKey(t *testing.T) {
	l := ledgerIn(t, t.TempDir(), backend.ByKey)
	r := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, l)
	for i, want := range []int{201, 200, 200} {
		if got := post(t, r.addr, "3-4", "99"); got.status != want {
			t.Errorf("request %d was answered with %d, want %d", i, got.status, want)
		}
	}
	holds(t, l, Entry{Terminal: 3, Sale: 4, SoldAt: 99, Copies: 1})
}

func TestSaleIsRecordedForEachRequestWithoutKey(t *testing.T) {
	l := ledgerIn(t, t.TempDir(), backend.NoKey)
	r := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, l)
	for range 3 {
		if got := post(t, r.addr, "3-4", "99"); got.status != 201 {
			t.Errorf("answered with %d, want 201", got.status)
		}
	}
	holds(t, l, Entry{Terminal: 3, Sale: 4, SoldAt: 99, Copies: 3})
}

func TestOneConnectionCarriesManySales(t *testing.T) {
	r := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, memory{})
	conn := send(t, r.addr, sale("1-1", "0"))
	in := bufio.NewReader(conn)
	for range 100 {
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != 201 {
			t.Fatal(resp, err)
		}
		if _, err := io.WriteString(conn, sale("1-2", "0")+"\r\nHost: pos\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNodeTurnsAway(t *testing.T) {
	full, shed, propagates := slow(), slow(), slow()
	full.Queue.Limit = 1
	shed.Shed = &backend.Shed{Queue: new(1), RetryAfter: 5 * time.Second}
	propagates.DeadlinePropagation = true
	for name, tt := range map[string]struct {
		node  backend.Config
		ahead int // requests that keep the node busy
		more  string
		want  reply
	}{
		"queue full": {full, 2, "", reply{status: 503}},
		"shedding":   {shed, 2, "", reply{status: 503, retryAfter: "5"}},
		"expired":    {propagates, 0, "\r\nRetrystorm-Timeout: 0", reply{status: 504}},
	} {
		t.Run(name, func(t *testing.T) {
			r := serving(t, tt.node, memory{})
			for i := range tt.ahead {
				send(t, r.addr, sale("1-1", "0"))
				r.job(t, uint64(i)+1)
			}
			if got := receive(t, send(t, r.addr, sale("2-2", "0")+tt.more)); got != tt.want {
				t.Errorf("answered with %+v, want %+v", got, tt.want)
			}
			if got := r.stats().Rejected; got != 1 {
				t.Errorf("%d rejected, want 1", got)
			}
		})
	}
}

func TestAbandonedRequestIsServedAllTheSame(t *testing.T) {
	l := ledgerIn(t, t.TempDir(), backend.ByKey)
	r := serving(t, slow(), l)
	send(t, r.addr, sale("1-1", "7")).Close()
	j := r.job(t, 1)
	r.alone(t, j)
	if s := r.stats(); s.Busy != 1 {
		t.Errorf("%+v: the service ended with its client", s)
	}
	r.done(j)
	if s := r.stats(); s.Served != 1 || s.Wasted != 1 {
		t.Errorf("%+v, want one served and wasted", s)
	}
	eventually(t, "recorded", func() bool { return l.Recorded() == 1 })
	holds(t, l, Entry{Terminal: 1, Sale: 1, SoldAt: 7, Copies: 1})
}

func TestAbandonedRequestsInTheQueueHoldNoConnection(t *testing.T) {
	const many = 50
	r := serving(t, slow(), memory{})
	for i := range uint64(many) {
		conn := send(t, r.addr, sale("1-1", "0"))
		j := r.job(t, i+1)
		conn.Close()
		r.alone(t, j)
	}
	eventually(t, "no connection is open", func() bool { return r.http.GetOpenConnectionsCount() == 0 })
	if s := r.stats(); s.Queue != many-1 || s.Busy != 1 {
		t.Errorf("%+v, want all still in the node", s)
	}
	for i := range uint64(many) {
		r.done(r.job(t, i+1))
	}
	if s := r.stats(); s.Served != many || s.Wasted != many {
		t.Errorf("%+v, want all served", s)
	}
	eventually(t, "all are forgotten", func() bool { return r.kept() == 0 })
}

// kept is how many requests have not ended.
func (s *server) kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.jobs)
}

func TestAbandonedRequestStops(t *testing.T) {
	for _, work := range []backend.Work{backend.Waited, backend.Burned} {
		t.Run(work.String(), func(t *testing.T) {
			cfg := slow()
			cfg.Abandoned, cfg.Service.Work = backend.Stop, work
			r := serving(t, cfg, memory{})
			served, queued := send(t, r.addr, sale("1-1", "0")), net.Conn(nil)
			j := r.job(t, 1)
			queued = send(t, r.addr, sale("1-2", "0"))
			r.job(t, 2)
			queued.Close()
			eventually(t, "the queue is empty", func() bool { return r.stats().Queue == 0 })
			served.Close()
			eventually(t, "the worker is free", func() bool { return r.stats().Busy == 0 })
			if s := r.stats(); s.Halted != 2 || s.Served != 0 {
				t.Errorf("%+v, want two halted", s)
			}
			if !j.halted.Load() || len(r.jobs) != 0 {
				t.Errorf("halted %v, %d jobs kept", j.halted.Load(), len(r.jobs))
			}
		})
	}
}

func TestClientThatLeftIsReset(t *testing.T) {
	r := serving(t, slow(), memory{})
	conn := send(t, r.addr, sale("1-1", "0"))
	r.job(t, 1)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %v, want a reset", err)
	}
}

func TestAbandonedRequestPastItsDeadlineIsForgotten(t *testing.T) {
	cfg := slow()
	cfg.DeadlinePropagation, cfg.Queue.Limit = true, field.Unbounded
	s := newServer(Config{Node: cfg}, memory{})
	first := s.arrive(Entry{}, 0, nil, node.Unlimited)
	for range 5000 {
		s.leave(s.arrive(Entry{}, 0, nil, 0))
	}
	s.done(first) // the node drops the whole queue
	eventually(t, "no job is kept", func() bool { return s.kept() == 0 })
}

func TestLedgerThatCannotWriteIsAServerError(t *testing.T) {
	r := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, memory{ErrDisk})
	if got := post(t, r.addr, "1-1", "0"); got.status != 500 {
		t.Errorf("answered with %d, want 500", got.status)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	r := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, memory{})
	for head, want := range map[string]int{
		"GET /healthz HTTP/1.1":                              200,
		"GET /v1/sales HTTP/1.1":                             405,
		"GET / HTTP/1.1":                                     404,
		"POST /v1/sales HTTP/1.1\r\nContent-Length: 0":       400,
		sale("1", "0"):                                       400,
		sale("-", "0"):                                       400,
		sale("-1-1", "0"):                                    400,
		sale("4294967296-1", "0"):                            400,
		sale("1-1", ""):                                      400,
		sale("1-1", "-1"):                                    400,
		sale("1-1", "1.5"):                                   400,
		sale("1-1", "0") + "\r\nRetrystorm-Timeout: 1s":      400,
		sale("1-1", "0") + "\r\nRetrystorm-Timeout: -1":      400,
		sale("4294967295-4294967295", "9223372036854775807"): 201,
	} {
		if got := receive(t, send(t, r.addr, head)).status; got != want {
			t.Errorf("%q: answered with %d, want %d", head, got, want)
		}
	}
	if got := r.stats().Arrived; got != 1 {
		t.Errorf("%d reached the node, want 1", got)
	}
}
