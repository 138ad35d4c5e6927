package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
)

const (
	// between is the time between two looks.
	between = 20 * time.Millisecond
	// silence is how long a node must say nothing to be taken for mute.
	silence = 300 * time.Millisecond
	// hearing is how long a node may take over one answer; a node with a small
	// CPU quota and a long queue is slow here, too.
	hearing = 3 * time.Second
)

// errGone says that waiting is in vain: the instance has ended.
var errGone = errors.New("it ended")

// condition is what a probe waits for: nil and what it saw when it holds, else
// an error that says what is still missing.
type condition func(ctx context.Context, n *node, s status) (string, error)

// await looks again and again until the condition holds. It gives up when
// that is in vain, or when ctx ends.
func (n *node) await(ctx context.Context, holds condition) (string, error) {
	for {
		var saw string
		s, err := n.instance.look(ctx)
		if err == nil {
			saw, err = holds(ctx, n, s)
		}
		switch {
		case err == nil:
			return saw, nil
		case errors.Is(err, errGone):
			return "", n.endedError(s)
		case errors.Is(err, errTaken):
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(between):
		}
	}
}

// endedError is the error about an instance that has ended, with its last words.
func (n *node) endedError(s status) error {
	ctx, cancel := context.WithTimeout(n.life, hearing)
	defer cancel()
	said := n.instance.last(ctx)
	err := fmt.Errorf("%v: %w without a word", s, errGone)
	if said != "" {
		err = fmt.Errorf("%v: %w, and had said:\n%s", s, errGone, said)
	}
	if inUse(said) {
		err = fmt.Errorf("%w: %w", errTaken, err)
	}
	return err
}

// stats asks the node itself, for at most the time given.
func (n *node) stats(ctx context.Context, atMost time.Duration) (fakes.Stats, error) {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	return n.control.Stats(ctx)
}

// ready holds when the node answers.
func ready(ctx context.Context, n *node, s status) (string, error) {
	st, err := answer(ctx, n, s)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%v and answers, up for %v", s, st.Uptime.Round(time.Millisecond)), nil
}

// restarted holds when a process answers that is younger than since.
func restarted(since time.Time) condition {
	return func(ctx context.Context, n *node, s status) (string, error) {
		st, err := answer(ctx, n, s)
		if err != nil {
			return "", err
		}
		if st.Uptime > time.Since(since) {
			return "", fmt.Errorf("%v but up for %v, so it was never down", s, st.Uptime)
		}
		return fmt.Sprintf("%v and answers, up for %v", s, st.Uptime.Round(time.Millisecond)), nil
	}
}

// answer gives what a running node says of itself.
func answer(ctx context.Context, n *node, s status) (fakes.Stats, error) {
	if !s.alive {
		return fakes.Stats{}, errGone
	}
	st, err := n.stats(ctx, hearing)
	if errors.Is(err, fakes.ErrToken) {
		return st, fmt.Errorf("another program answers at %s: %w", n.control.Addr, errTaken)
	}
	if err != nil {
		return st, fmt.Errorf("%v but does not answer: %w", s, err)
	}
	return st, nil
}

// down holds when the instance has ended and nothing answers.
func down(ctx context.Context, n *node, s status) (string, error) {
	if s.alive {
		return "", fmt.Errorf("%v", s)
	}
	return mute(ctx, n, s)
}

// still holds when the instance stands still and nothing answers.
func still(ctx context.Context, n *node, s status) (string, error) {
	if !s.alive {
		return "", errGone
	}
	if !s.frozen {
		return "", fmt.Errorf("%v", s)
	}
	return mute(ctx, n, s)
}

func mute(ctx context.Context, n *node, s status) (string, error) {
	if _, err := n.stats(ctx, silence); err == nil {
		return "", fmt.Errorf("%v but still answers", s)
	}
	return fmt.Sprintf("%v and does not answer", s), nil
}

// moving holds when nothing stands still and the node answers, or when it is
// down for another reason.
func moving(ctx context.Context, n *node, s status) (string, error) {
	if s.frozen {
		return "", fmt.Errorf("%v", s)
	}
	if !s.alive {
		return fmt.Sprintf("%v, so nothing stands still", s), nil
	}
	return ready(ctx, n, s)
}

// limited holds when the instance has so many processors and the node itself
// reads the same; one that is down or frozen cannot be asked.
func limited(cpus float64) condition {
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !near(s.cpus, cpus) {
			return "", fmt.Errorf("%s is allowed %s, not %s", s.name, processors(s.cpus), processors(cpus))
		}
		if !s.alive || s.frozen {
			return fmt.Sprintf("%v and is allowed %s from then on", s, processors(cpus)), nil
		}
		st, err := answer(ctx, n, s)
		if err != nil {
			return "", err
		}
		if !near(st.Quota, cpus) {
			return "", fmt.Errorf("%s itself reads %s, not %s", s.name, processors(st.Quota), processors(cpus))
		}
		return fmt.Sprintf("%s is allowed %s, and reads the same itself", s.name, processors(cpus)), nil
	}
}

// near allows for a quota being a whole number of microseconds in a period.
func near(a, b float64) bool { return math.Abs(a-b) <= 0.001+0.01*math.Max(a, b) }

func processors(cpus float64) string {
	if cpus == 0 {
		return "all processors"
	}
	return fmt.Sprintf("%g processors", cpus)
}
