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
// processors, and gives them in their order, so that nothing shows how many ran
// beside each other.
func (p *production) simulated(ctx context.Context) iter.Seq2[int, *footage] {
	return func(yield func(int, *footage) bool) {
		ctx, stop := context.WithCancel(ctx)
		var crew sync.WaitGroup
		defer crew.Wait()
		defer stop()
		done, next := p.reels()
		abreast := runtime.GOMAXPROCS(0)
		limits := sim.Limits{Memory: available() / int64(abreast)}
		for range abreast {
			crew.Go(func() {
				var runner sim.Runner
				for i := range next {
					done[i] <- p.simulate(ctx, &runner, p.takes[i], limits)
				}
			})
		}
		defer p.tidy()
		for i := range done {
			p.announce(i)
			f := <-done[i]
			if p.settled(p.takes[i]) {
				f = nil
			}
			if !yield(i, f) {
				return
			}
		}
	}
}

// reels gives a place for each take's footage, and the takes to be made.
func (p *production) reels() (done []chan *footage, next <-chan int) {
	order := make(chan int, len(p.takes))
	for i := range p.takes {
		done = append(done, make(chan *footage, 1))
		order <- i
	}
	close(order)
	return done, order
}

// simulate makes one take, unless the answer is certain without it.
func (p *production) simulate(ctx context.Context, runner *sim.Runner, t *take, limits sim.Limits) *footage {
	if p.settled(t) {
		return nil
	}
	return t.develop(runner.Run(ctx, sim.Config{Plan: t.variant.Plan, Seed: t.seed, Limits: limits}))
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
