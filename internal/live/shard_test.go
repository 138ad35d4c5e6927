package live

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/timer"
)

// until ends a run when its counts show something.
func until(cancel context.CancelFunc, shows func(*history.Bucket) bool) func(*Config) {
	var sum history.Bucket
	return func(c *Config) {
		c.Tick = func(t Tick) {
			if sum.Add(&t.Cohorts[0]); shows(&sum) {
				cancel()
			}
		}
	}
}

func TestSalesAreMadeAndBelieved(t *testing.T) {
	f := newFront(t)
	f.always(fine)
	ctx, cancel := context.WithCancel(context.Background())
	s := shardOf(f.addr(), fleet(5, 20*time.Millisecond), until(cancel, func(b *history.Bucket) bool { return b.Good >= 20 }))
	if err := s.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	s.Run(ctx, time.Now())
	sum, acknowledged, sales := total(s), int64(0), int64(0)
	for _, a := range s.Outcome().Terminals {
		for _, b := range a.Sales {
			if sales++; b.Acknowledged {
				acknowledged++
			}
		}
	}
	if sum.Good < 20 || acknowledged != sum.Good || sales != sum.Demand || sum.Attempts < sum.Good {
		t.Errorf("%d sales and %d acknowledged are believed of %d and %d; %d attempts", sales, acknowledged, sum.Demand, sum.Good, sum.Attempts)
	}
	if n := sum.Outcomes[retry.OK]; n != sum.Good || s.lag.Count() == 0 {
		t.Errorf("%d attempts ended well, %d lags were measured", n, s.lag.Count())
	}
}

func TestATimedOutAttemptIsSeenToLeave(t *testing.T) {
	f := newFront(t)
	c := fleet(1, 10*time.Millisecond)
	c.Timeout = time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	s := shardOf(f.addr(), c)
	go func() { <-f.gone; cancel() }()
	s.Run(ctx, time.Now())
	if sum := total(s); sum.Outcomes[retry.Timeout] == 0 || sum.Failed == 0 || sum.Good > 0 {
		t.Errorf("%d timed out, %d failed, %d good", sum.Outcomes[retry.Timeout], sum.Failed, sum.Good)
	}
}

func TestACopyThatRunsOnStillCompletesItsSale(t *testing.T) {
	f := newFront(t)
	c := fleet(1, 50*time.Millisecond)
	c.Timeout, c.Cancel = time.Millisecond, terminal.RunOn
	c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 2}
	c.Offline = &terminal.Offline{After: time.Hour} // where a late copy finds its sale
	ctx, cancel := context.WithCancel(context.Background())
	s := shardOf(f.addr(), c, until(cancel, func(b *history.Bucket) bool { return b.Good == 1 }))
	lines := make(chan int, 2)
	go func() {
		first := <-f.orders
		second := <-f.orders
		for second.key != first.key {
			second = <-f.orders
		}
		lines <- first.line
		lines <- second.line
		first.say(fine) // though its second copy shows that it has timed out
	}()
	s.Run(ctx, time.Now())
	if a, b := <-lines, <-lines; a == b {
		t.Errorf("both copies went out on connection %d", a)
	}
	if sum := total(s); sum.Outcomes[retry.OK] != 1 || sum.Outcomes[retry.Cancelled]+sum.Outcomes[retry.Timeout] > 0 {
		t.Errorf("attempts ended %v", sum.Outcomes)
	}
}

func TestTheHorizonStopsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	f := newFront(t) // it answers nothing
	c := fleet(50, 5*time.Millisecond)
	s := shardOf(f.addr(), c, func(c *Config) { c.Horizon = 50 * time.Millisecond })
	if err := s.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	ticks := 0
	s.cfg.Tick = func(t Tick) { ticks++ }
	s.Run(context.Background(), time.Now())
	if sum := total(s); sum.Attempts == 0 || ticks != 5 {
		t.Errorf("%d attempts, %d ticks", sum.Attempts, ticks)
	}
	f.stop()
	for runtime.NumGoroutine() > before {
		runtime.Gosched() // the last ones are on their way out
	}
}

func TestARunThatIsCancelledReturns(t *testing.T) {
	f := newFront(t)
	f.always(fine)
	for _, c := range []terminal.Config{fleet(100, time.Millisecond), fleet(1, time.Hour)} {
		ctx, cancel := context.WithCancel(context.Background())
		s := shardOf(f.addr(), c)
		s.cfg.Tick = func(Tick) { cancel() }
		s.Run(ctx, time.Now())
		cancel()
		s.Close()
	}
}

func TestAShardWithoutTerminalsTicksToTheHorizon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		epoch := time.Now()
		s := shardOf("127.0.0.1:1", fleet(1, time.Second), func(c *Config) {
			c.Shard, c.Shards, c.Horizon, c.Bucket = 1, 2, 5*time.Second, time.Second
			c.Tick = func(Tick) { at = append(at, time.Since(epoch)) }
		})
		s.Run(context.Background(), epoch)
		if len(at) != 5 || at[0] != time.Second || at[4] != 5*time.Second {
			t.Errorf("ticks at %v", at)
		}
	})
}

func TestLagIsHowLateAStepIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := fleet(1, 10*time.Second)
		epoch := time.Now()
		s := shardOf("127.0.0.1:1", c, func(c *Config) {
			c.Horizon, c.Bucket = 11*time.Second, 100*time.Millisecond
			c.Tick = func(k Tick) {
				if k.Index == 0 {
					<-time.After(9900 * time.Millisecond) // our own machine stands still
				}
			}
		})
		due := s.units[0]
		first := due.Step(0, terminal.Event{}, nil)[0].At
		s.Run(context.Background(), epoch)
		if got, want := s.lag.Max(), 10*time.Second-first; got != want {
			t.Errorf("a sale due at %v was %v late, want %v", first, got, want)
		}
	})
}

func TestTimersThatWereReplacedAreNoSteps(t *testing.T) {
	s := shardOf("127.0.0.1:1", fleet(1, time.Hour))
	s.epoch = time.Now().Add(-time.Minute)
	u := &s.units[0]
	for _, at := range []time.Duration{30, 20, 10, 20} {
		u.wake = at * time.Second
		s.timers.Push(timer.Timer[uint32]{At: u.wake})
	}
	s.cfg.Bucket = time.Hour
	s.fire(context.Background())
	if n := s.lag.Count(); n != 1 || u.wake <= 30*time.Second {
		t.Errorf("%d steps of four timers, of which one counts; the next is at %v", n, u.wake)
	}
}

func TestThereIsNoTickAfterTheHorizon(t *testing.T) {
	var got []int
	s := shardOf("127.0.0.1:1", fleet(1, time.Hour), func(c *Config) {
		c.Horizon, c.Bucket = 25*time.Millisecond, 10*time.Millisecond
		c.Tick = func(k Tick) { got = append(got, k.Index) }
	})
	s.tick(time.Minute)
	if len(got) != 3 || got[2] != 2 {
		t.Errorf("ticks %v, want those of three buckets, of which the last is cut short", got)
	}
}
