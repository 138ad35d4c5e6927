package backend

import "time"

// worker is one of those who serve. The node's configuration says how many
// there may be at once.
type worker int32

// workerSlots knows when each worker began what it serves now: the requests that wait
// are many more than those that are served, and need not know.
type workerSlots struct {
	began []time.Duration // by worker
	idle  []worker
}

// occupy gives a worker that begins now.
func (c *workerSlots) occupy(now time.Duration) worker {
	n := len(c.idle)
	if n == 0 {
		c.began = append(c.began, now)
		return worker(len(c.began) - 1) //nolint:gosec // no more than the workers declared
	}
	w := c.idle[n-1]
	c.idle = c.idle[:n-1]
	c.began[w] = now
	return w
}

// release ends a worker's service and gives when it began.
func (c *workerSlots) release(w worker) time.Duration {
	c.idle = append(c.idle, w)
	return c.began[w]
}

// cleared gives a workerSlots without anybody that keeps the room.
func (c *workerSlots) cleared() workerSlots { return workerSlots{began: c.began[:0], idle: c.idle[:0]} }
