package k6x

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"runtime"
	"sync"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/sim"
)

// simulator is the word for the engine without sockets, in virtual time.
const simulator = "sim"

func (p *production) virtual() bool { return p.engine == nil }

func (p *production) engineName() string {
	if p.virtual() {
		return simulator
	}
	return p.engine.Name()
}

// simulated runs every take in virtual time, as many at once as there are
// processors, and gives the histories in the takes' order, so that nothing
// shows how many ran beside each other.
func (p *production) simulated(ctx context.Context) iter.Seq2[int, *history.History] {
	return func(yield func(int, *history.History) bool) {
		ctx, stop := context.WithCancel(ctx)
		var crew sync.WaitGroup
		defer crew.Wait()
		defer stop()
		done := make([]chan *history.History, len(p.takes))
		for i := range done {
			done[i] = make(chan *history.History, 1)
		}
		abreast := runtime.GOMAXPROCS(0)
		next := make(chan int, len(p.takes))
		for i := range p.takes {
			next <- i
		}
		close(next)
		limits := sim.Limits{Memory: available() / int64(abreast)}
		for range abreast {
			crew.Go(func() {
				for i := range next {
					var h *history.History
					if t := p.takes[i]; !p.settled(t) {
						h = p.simulate(ctx, t, limits)
					}
					done[i] <- h
				}
			})
		}
		for i := range done {
			h := <-done[i]
			if p.settled(p.takes[i]) {
				h = nil
			}
			if !yield(i, h) {
				return
			}
		}
	}
}

func (p *production) simulate(ctx context.Context, t *take, limits sim.Limits) *history.History {
	return sim.Run(ctx, sim.Config{Plan: t.variant.Plan, Seed: t.seed, Limits: limits})
}

// fits refuses a plan that needs more memory than there is.
func fits(p *experiment.Plan) error {
	need, have := sim.Need(p), available()
	if have == 0 || need <= have {
		return nil
	}
	var errs field.Errors
	errs.Add("fleet", "%d terminals and the horizon of %v need %d MiB, and %d MiB are there; about %d terminals are possible",
		p.Terminals(), p.Horizon, need>>20, have>>20, int64(p.Terminals())*have/need)
	return errs.Err()
}

// available is the memory that new work may take on this machine, in bytes;
// zero where that cannot be told.
func available() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kb int64
		if n, _ := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}
