package fakes

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/processor"
	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestBurnTakesProcessorTime(t *testing.T) {
	var halted atomic.Bool
	for _, d := range []time.Duration{time.Microsecond, 3 * time.Millisecond, 20 * time.Millisecond} {
		before := processor.Time()
		spent := burn(d, &halted, nil)
		// The kernel counts a process's time in another place than a thread's.
		const grain = 4 * time.Millisecond
		if used := processor.Time() - before; spent < d || used < d-grain {
			t.Errorf("burning %v took %v of the thread's time, %v of the process's", d, spent, used)
		}
	}
}

func TestBurnHalts(t *testing.T) {
	var halted atomic.Bool
	done := make(chan struct{})
	go func() {
		burn(endless, &halted, nil)
		close(done)
	}()
	halted.Store(true)
	<-done
}

func TestWorkerFreedLateMakesUpForTheTimerOnly(t *testing.T) {
	const ms = time.Millisecond
	for name, tt := range map[string]struct{ due, now, want time.Duration }{
		"on time":           {500 * ms, 500 * ms, 500 * ms},
		"timer late":        {500 * ms, 502 * ms, 500 * ms},
		"process stopped":   {500 * ms, 9500 * ms, 9490 * ms},
		"never in advance":  {500 * ms, 499 * ms, 499 * ms},
		"first thing of it": {0, 1 * ms, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := heard(tt.due, tt.now); got != tt.want {
				t.Errorf("due at %v, heard of at %v: free as of %v, want %v", tt.due, tt.now, got, tt.want)
			}
		})
	}
}

func TestFreedWorkerTakesUpItsNextRequestAsOfThen(t *testing.T) {
	s := newServer(Config{Node: slow()}, memory{})
	first := s.arrive(Entry{}, 0, nil, node.Unlimited)
	second := s.arrive(Entry{}, 0, nil, node.Unlimited)
	first.ends = second.arrived // as if it had been due then
	s.done(first)
	if got := second.ends - endless; got < second.arrived {
		t.Errorf("the service began at %v, before the request came at %v", got, second.arrived)
	}
	third := s.arrive(Entry{}, 0, nil, node.Unlimited)
	second.ends = 0 // due before the third came
	s.done(second)
	if got := third.ends - endless; got < third.arrived {
		t.Errorf("the service began at %v, before the request came at %v", got, third.arrived)
	}
}

func TestWorkerThatCallsMakesUpForItsTimerWhenItIsFree(t *testing.T) {
	cfg := calling(linkTo("db"), called(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	cfg.Node.Workers, cfg.Node.Service.Mean = 1, endless
	s := newServer(cfg, memory{})
	first := s.arrive(Entry{}, 0, nil, node.Unlimited)
	second := s.arrive(Entry{}, 0, nil, node.Unlimited)
	s.start = s.start.Add(-time.Second)
	const late = forgiven / 2
	first.ends = s.now() - late
	s.done(first)
	if first.late < late || first.late > forgiven {
		t.Errorf("its end was heard of %v late, want %v or a little more", first.late, late)
	}
	s.mu.Lock()
	var call *call
	for _, call = range s.calls {
	}
	s.mu.Unlock()
	before := s.now()
	s.called(call, retry.Outcome{})
	if got := second.ends - endless; got < before-first.late || got > s.now()-first.late {
		t.Errorf("the next service began at %v, want %v before %v", got, first.late, before)
	}
}
