package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// orders are what was ordered of one child, so that what happens to it besides
// shows. A signal of somebody else's that comes within microseconds of the same
// order cannot be told from it, and changes nothing either.
type orders struct {
	mu      sync.Mutex
	killed  bool
	excused bool
	// stops and goes are owed: ordered, and the system has not told of them yet.
	stops, goes int
	odd         []Disturbance // what the system told of that was not ordered
}

func (o *orders) kill() { o.set(func() { o.killed = true }) }

func (o *orders) excuse() { o.set(func() { o.excused = true }) }

// signal notes an order to stand still or to go on. The system tells of it only
// if that changes something, and once if several changes come together.
func (o *orders) signal(s os.Signal, stands bool) {
	o.set(func() {
		switch {
		case s == syscall.SIGSTOP && !stands:
			o.stops = 1
		case s == syscall.SIGCONT && stands:
			o.goes = 1
		}
	})
}

func (o *orders) set(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

// saw notes that the system told of a stop, or of its end.
func (o *orders) saw(stopped bool, d Disturbance) {
	o.mu.Lock()
	defer o.mu.Unlock()
	owed := &o.goes
	if stopped {
		owed = &o.stops
	}
	if *owed > 0 {
		*owed--
		return
	}
	o.odd = append(o.odd, d)
}

// The codes of siginfo_t for a child that was stopped or went on, see
// waitid(2).
const (
	cldStopped   = 5
	cldContinued = 6
)

// follow notes each stop of the child, however short, until it ends.
func (c *child) follow() {
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, c.process.Pid, &info, unix.WSTOPPED|unix.WCONTINUED, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return // it has ended
		case info.Code == cldStopped:
			c.orders.saw(true, c.now("was stopped by a signal"))
		case info.Code == cldContinued:
			c.orders.saw(false, c.now("was let go on by a signal"))
		}
	}
}

func (c *child) now(what string) Disturbance {
	return Disturbance{At: time.Now(), What: fmt.Sprintf("process %d %s, which nobody ordered", c.process.Pid, what)}
}

// dying says whether the child has ended already, though nobody may have waited
// for it yet.
func (c *child) dying() bool {
	if !c.alive() {
		return true
	}
	letter, err := runState(c.process.Pid)
	return err != nil || letter == 'Z' || letter == 'X'
}

// disturbed gives what happened to this child that no order explains.
func (c *child) disturbed(ctx context.Context) []Disturbance {
	if c.dying() {
		select {
		case <-c.ended:
		case <-ctx.Done():
		}
	}
	c.orders.mu.Lock()
	defer c.orders.mu.Unlock()
	odd := slices.Clone(c.orders.odd)
	if c.alive() || c.orders.excused || c.orders.killed && byKill(c.state.Sys()) {
		return odd
	}
	d := Disturbance{At: c.endedAt, What: fmt.Sprintf("process %d ended, which nobody ordered: %v", c.process.Pid, c.state)}
	if said := c.said.String(); said != "" {
		d.What += fmt.Sprintf("; its last words were %q", said[strings.LastIndexByte(said, '\n')+1:])
	}
	return append(odd, d)
}

// byKill says whether a process ended by SIGKILL.
func byKill(state any) bool {
	s, ok := state.(syscall.WaitStatus)
	return ok && s.Signal() == syscall.SIGKILL // which is -1 of one that exited
}

func (p *process) excuse() {
	if c := p.latest(); c != nil {
		c.orders.excuse()
	}
}

// disturbed needs nothing but the system's word on this program's own children,
// which is never late.
func (p *process) disturbed(ctx context.Context) []Disturbance {
	p.mu.Lock()
	children := slices.Clone(p.children)
	p.mu.Unlock()
	var all []Disturbance
	for _, c := range children {
		all = append(all, c.disturbed(ctx)...)
	}
	return all
}
