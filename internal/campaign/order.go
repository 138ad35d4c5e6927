package campaign

import (
	"context"
	"iter"
	"sync"
)

// runs makes the runs and gives them by their jobs' places, in order, so that
// nothing shows how many were made beside each other. Of a job that turns out not
// to be needed it gives nil.
func (c *Campaign) runs(ctx context.Context, o *Observer) iter.Seq2[int, *Run] {
	if n := c.cfg.Engine.Traits().Beside; n > 1 {
		return c.beside(ctx, o, n)
	}
	return c.inTurn(ctx, o)
}

// inTurn makes one run after the other has been counted.
func (c *Campaign) inTurn(ctx context.Context, o *Observer) iter.Seq2[int, *Run] {
	return func(yield func(int, *Run) bool) {
		for i := range c.jobs {
			if !c.settled(i) {
				o.begun(&c.jobs[i])
			}
			if !yield(i, c.run(ctx, o, i)) {
				return
			}
		}
	}
}

// beside makes up to n runs beside each other. Some may be made that are not
// needed, as those before them show; they count for nothing.
func (c *Campaign) beside(ctx context.Context, o *Observer, n int) iter.Seq2[int, *Run] {
	return func(yield func(int, *Run) bool) {
		ctx, stop := context.WithCancel(ctx)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer stop()
		done, next := c.queue()
		for range min(n, len(c.jobs)) {
			workers.Go(func() {
				for i := range next {
					done[i] <- c.run(ctx, o, i)
				}
			})
		}
		for i := range done {
			o.begun(&c.jobs[i])
			run := <-done[i]
			if c.settled(i) {
				run = nil
			}
			if !yield(i, run) {
				return
			}
		}
	}
}

// queue gives a place for what each job gives, and the jobs to be done.
func (c *Campaign) queue() (done []chan *Run, next <-chan int) {
	order := make(chan int, len(c.jobs))
	for i := range c.jobs {
		done = append(done, make(chan *Run, 1))
		order <- i
	}
	close(order)
	return done, order
}

// run makes one run, unless the answer is certain without it.
func (c *Campaign) run(ctx context.Context, o *Observer, i int) *Run {
	if c.settled(i) {
		return nil
	}
	r := c.cfg.Engine.Run(ctx, &c.jobs[i], o)
	return &r
}
