package fakes

import (
	"io"
	"net"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestClientThatLeavesIsSeenToLeaveAtTheEndOfTheChain(t *testing.T) {
	db := serving(t, slow(), memory{})
	cfg := calling(linkTo("db"), db.addr)
	cfg.Node.Abandoned = backend.Stop
	app := servingWith(t, cfg, memory{})
	conn := send(t, app.addr, sale("1-1", "0"))
	j := db.job(t, 1)
	conn.Close()
	db.alone(t, j)
	if s := app.stats(); s.Busy != 0 || s.Halted != 1 || s.Links[0].Outcomes[retry.Cancelled] != 1 {
		t.Errorf("%+v, want the call cancelled", s)
	}
	app.idle(t)
	eventually(t, "the connection is closed", func() bool { return db.http.GetOpenConnectionsCount() == 0 })
}

func TestAttemptThatTimesOutIsSeenToLeaveAndTriedAgain(t *testing.T) {
	cfg := slow()
	cfg.Workers = 10
	db := serving(t, cfg, memory{})
	link := linkTo("db")
	link.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
	app := servingWith(t, calling(link, db.addr), memory{})
	conn := send(t, app.addr, sale("1-1", "0"))
	for i := range uint64(3) {
		j := db.job(t, i+1)
		app.later(link.Timeout)
		db.alone(t, j)
	}
	if got := receive(t, conn); got != (reply{status: 504}) {
		t.Errorf("answered with %+v", got)
	}
	if o := app.over(t); o.Attempts != 3 || o.Outcomes[retry.Timeout] != 3 {
		t.Errorf("%+v, want three timeouts", o)
	}
	app.idle(t)
}

func TestAttemptThatRunsOnIsNotSeenToLeave(t *testing.T) {
	db := serving(t, slow(), memory{})
	link := linkTo("db")
	link.Timeout, link.Cancel = time.Millisecond, caller.RunOn
	app := servingWith(t, calling(link, db.addr), memory{})
	if got := post(t, app.addr, "1-1", "0"); got != (reply{status: 504}) {
		t.Errorf("answered with %+v", got)
	}
	j := db.job(t, 1)
	db.mu.Lock()
	if j.client == nil {
		t.Error("the client of the called node has left")
	}
	db.mu.Unlock()
	db.done(j)
	app.idle(t)
}

// idle waits until nothing is left of any request or call.
func (r *rig) idle(t *testing.T) {
	t.Helper()
	eventually(t, "nothing is under way", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.jobs) == 0 && len(r.calls) == 0
	})
}

// anyNode is a node that serves fast, and turns away, drops and stops as it may.
func anyNode(t *rapid.T) backend.Config {
	return backend.Config{
		Name:    "api",
		Workers: field.Limit(rapid.IntRange(1, 4).Draw(t, "workers")),
		Service: backend.Service{Mean: 200 * time.Microsecond, Distribution: backend.Exponential},
		Queue: backend.Queue{
			Limit:      field.Limit(rapid.IntRange(1, 8).Draw(t, "queue")),
			Discipline: rapid.SampledFrom([]backend.Discipline{backend.FIFO, backend.LIFO}).Draw(t, "discipline"),
			Overflow:   rapid.SampledFrom([]backend.Refusal{backend.Rejecting, backend.Dropping}).Draw(t, "overflow"),
		},
		Abandoned:           rapid.SampledFrom([]backend.Abandoned{backend.Continue, backend.Stop}).Draw(t, "abandoned"),
		DeadlinePropagation: rapid.Bool().Draw(t, "deadlines"),
	}
}

func anyLink(t *rapid.T) caller.Config {
	return caller.Config{
		To:      caller.Names{"db"},
		Timeout: time.Duration(rapid.IntRange(100, 3000).Draw(t, "timeout µs")) * time.Microsecond,
		Cancel:  rapid.SampledFrom([]caller.Cancellation{caller.CloseConnection, caller.RunOn}).Draw(t, "cancel"),
		Connections: caller.Connections{
			Pool: rapid.IntRange(0, 3).Draw(t, "pool"),
		},
		Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: field.Limit(rapid.IntRange(1, 4).Draw(t, "attempts")), Parallel: rapid.IntRange(1, 2).Draw(t, "parallel")},
	}
}

// A request that ended twice would panic, as there is no job the second time; of
// one that never ends the job would stay.
func TestEveryRequestEndsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db := brief(t, Config{Node: anyNode(rt)})
		cfg := Config{Node: anyNode(rt), Links: map[string]Peer{
			"db": {Addr: db.addr, Propagates: rapid.Bool().Draw(rt, "propagates")},
		}}
		cfg.Node.Calls = []caller.Config{anyLink(rt)}
		app := brief(t, cfg)
		var conns []net.Conn
		for range rapid.IntRange(1, 30).Draw(rt, "requests") {
			head := sale("1-1", "0")
			if rapid.Bool().Draw(rt, "says how long it waits") {
				head += "\r\nRetrystorm-Timeout: 1"
			}
			conn := send(t, app.addr, head)
			if rapid.Bool().Draw(rt, "leaves") {
				conn.Close()
				continue
			}
			conns = append(conns, conn)
		}
		for _, conn := range conns {
			stays(rt, conn)
		}
		eventually(t, "all have left", func() bool { return app.http.GetOpenConnectionsCount() == 0 })
		for _, r := range []*rig{app, db} {
			r.idle(t)
			s := r.stats()
			if s.Queue != 0 || s.Busy != 0 || s.Arrived != s.Served+s.Rejected+s.Halted {
				rt.Errorf("%+v: some have not ended", s)
			}
			for _, l := range s.Links {
				ended := int64(0)
				for _, n := range l.Outcomes {
					ended += n
				}
				if l.Attempts != ended {
					rt.Errorf("%+v: %d of %d attempts ended", l, ended, l.Attempts)
				}
			}
		}
	})
}

// brief is a node that holds what it drops for a moment only.
func brief(t *testing.T, cfg Config) *rig {
	t.Helper()
	r := servingWith(t, cfg, memory{})
	r.mu.Lock()
	r.hold = time.Millisecond
	r.mu.Unlock()
	return r
}

// stays waits for the one answer to a request, or for the connection to be closed
// as that of a dropped request is, and leaves.
func stays(t *rapid.T, conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 512)
	n, err := conn.Read(buf)
	if err != nil {
		return
	}
	const status = "HTTP/1.1 "
	if n < len(status) || string(buf[:len(status)]) != status {
		t.Errorf("the answer begins with %q", buf[:n])
	}
	if err := conn.SetReadDeadline(past); err != nil {
		t.Error(err)
	}
	if n, err := io.ReadFull(conn, buf); n > 0 {
		t.Errorf("%d bytes more than an answer, %v", n, err)
	}
}
