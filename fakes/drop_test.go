package fakes

import (
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// dropping is a node whose one worker is busy for good and that drops all else.
func dropping() backend.Config {
	cfg := slow()
	cfg.Queue = backend.Queue{Limit: field.None, Overflow: backend.Dropping}
	return cfg
}

// drops waits until the server has dropped so many requests.
func (r *rig) drops(t *testing.T, n int64) {
	t.Helper()
	eventually(t, "the requests are dropped", func() bool { return r.stats().Rejected == n })
}

func TestDroppedRequestGetsNoAnswerAndTakesNoPlace(t *testing.T) {
	r := serving(t, dropping(), memory{})
	send(t, r.addr, sale("1-1", "0"))
	first := r.job(t, 1)
	conn := send(t, r.addr, sale("1-2", "0"))
	r.drops(t, 1)
	if s := r.stats(); s.Busy != 1 || s.Queue != 0 {
		t.Errorf("%+v, want the first alone in the node", s)
	}
	r.done(first) // a worker that is free again makes no difference
	if s := r.stats(); s.Busy != 0 || s.Queue != 0 {
		t.Errorf("%+v, want none in the node", s)
	}
	if err := conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var late net.Error
	if n, err := conn.Read(make([]byte, 1)); !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("the client reads %d bytes, %v; want nothing, on an open connection", n, err)
	}
}

func TestDroppedRequestsWhoseClientsLeaveHoldNothing(t *testing.T) {
	const many = 50
	for _, abandoned := range []backend.Abandoned{backend.Continue, backend.Stop} {
		t.Run(abandoned.String(), func(t *testing.T) {
			cfg := dropping()
			cfg.Abandoned = abandoned
			r := serving(t, cfg, memory{})
			send(t, r.addr, sale("1-1", "0"))
			r.job(t, 1)
			var conns []net.Conn
			for range many {
				conns = append(conns, send(t, r.addr, sale("1-2", "0")))
			}
			r.drops(t, many)
			for _, c := range conns {
				c.Close()
			}
			eventually(t, "the first connection alone is open", func() bool { return r.http.GetOpenConnectionsCount() == 1 })
			r.mu.Lock()
			defer r.mu.Unlock()
			if s := r.node.Stats(); s.Halted != 0 || s.Busy != 1 || len(r.jobs) != 1 {
				t.Errorf("%+v and %d jobs, want no trace of those that left", s, len(r.jobs))
			}
		})
	}
}

// A client that never leaves is disconnected once its time is over.
func TestClientOfADroppedRequestIsDisconnectedInTheEnd(t *testing.T) {
	r := serving(t, dropping(), memory{})
	if r.hold != backend.Hold {
		t.Errorf("dropped requests are held for %v, the core says %v", r.hold, backend.Hold)
	}
	send(t, r.addr, sale("1-1", "0"))
	r.job(t, 1)
	r.mu.Lock()
	r.hold = time.Millisecond
	r.mu.Unlock()
	conn := send(t, r.addr, sale("1-2", "0"))
	if n, err := io.ReadFull(conn, make([]byte, 1)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %d bytes, %v; want a reset", n, err)
	}
	eventually(t, "the first connection alone is open", func() bool { return r.http.GetOpenConnectionsCount() == 1 })
}

func TestOperatorsOrderIsReadBackAndCarriedOut(t *testing.T) {
	cfg := usable(t)
	child(t, cfg)
	c := ready(t, cfg)
	for _, tt := range []struct {
		share  float64
		status int
	}{{1, http.StatusServiceUnavailable}, {0, http.StatusCreated}} {
		if err := c.Shed(t.Context(), tt.share); err != nil {
			t.Fatal(err)
		}
		st, err := c.Stats(t.Context())
		if err != nil || st.Shed != tt.share {
			t.Errorf("the backend says that it sheds %v, %v; want %v", st.Shed, err, tt.share)
		}
		if got := post(t, cfg.Load, "1-1", "0"); got != (reply{status: tt.status}) {
			t.Errorf("shedding %v it answers with %+v, want %d", tt.share, got, tt.status)
		}
	}
	if st, err := c.Stats(t.Context()); err != nil || st.Ordered != 1 || st.Arrived != 2 {
		t.Errorf("%d of %d shed, %v; want 1 of 2", st.Ordered, st.Arrived, err)
	}
	for _, share := range []float64{-0.1, 1.1} {
		if err := c.Shed(t.Context(), share); err == nil {
			t.Errorf("it took the order to shed %v", share)
		}
	}
}
