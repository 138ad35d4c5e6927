package fakes

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

func TestBurnTakesProcessorTime(t *testing.T) {
	var halted atomic.Bool
	for _, d := range []time.Duration{time.Microsecond, 3 * time.Millisecond, 20 * time.Millisecond} {
		before := processorTime()
		spent := burn(d, &halted)
		// The kernel counts a process's time in another place than a thread's.
		const grain = 4 * time.Millisecond
		if used := processorTime() - before; spent < d || used < d-grain {
			t.Errorf("burning %v took %v of the thread's time, %v of the process's", d, spent, used)
		}
	}
}

func TestBurnHalts(t *testing.T) {
	var halted atomic.Bool
	done := make(chan struct{})
	go func() {
		burn(endless, &halted)
		close(done)
	}()
	halted.Store(true)
	<-done
}

func TestWorkerFreedLateMakesUpForTheTimerOnly(t *testing.T) {
	s := newServer(backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, nil, memory{})
	now := s.now()
	if got := s.freed(&job{ends: now}); got < now || got > s.now() {
		t.Errorf("due at %v, free as of %v", now, got)
	}
	s.start = s.start.Add(-time.Hour) // as if the process had been stopped
	if got := s.freed(&job{ends: now}); got < s.now()-time.Minute {
		t.Errorf("stopped for an hour, free as of %v", got)
	}
}
