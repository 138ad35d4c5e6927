package fakes

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

func TestBurnTakesProcessorTime(t *testing.T) {
	var halted atomic.Bool
	for _, d := range []time.Duration{time.Microsecond, 3 * time.Millisecond, 20 * time.Millisecond} {
		before := processorTime()
		spent := burn(d, &halted, nil)
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
	s := newServer(slow(), rand.New(rand.NewPCG(1, 2)), memory{})
	first := s.arrive(Entry{}, nil, nil)
	second := s.arrive(Entry{}, nil, nil)
	first.ends = second.arrived // as if it had been due then
	s.done(first)
	if got := second.ends - endless; got < second.arrived {
		t.Errorf("the service began at %v, before the request came at %v", got, second.arrived)
	}
	third := s.arrive(Entry{}, nil, nil)
	second.ends = 0 // due before the third came
	s.done(second)
	if got := third.ends - endless; got < third.arrived {
		t.Errorf("the service began at %v, before the request came at %v", got, third.arrived)
	}
}
