package harness

import (
	"context"
	"fmt"
	"time"
)

// order is something that is done to what a node runs in.
type order uint8

const (
	boot    order = iota // start it, the first time or again
	kill                 // end it at once; what it stored stays
	freeze               // make it stand still
	thaw                 // let it go on
	limit                // allow it so many processors
	starve               // allow it little more memory than it uses
	relieve              // allow it the memory that it is declared to have
	remove               // end it and take away all that belonged to it
)

// instance is what one node runs in: a child process or a container.
type instance interface {
	// obey carries an order out; cpus is for limit alone, and zero means no
	// limit. An order that is already fulfilled is none too many.
	obey(ctx context.Context, o order, cpus float64) error
	// look says how it fares, as the operating system or the daemon sees it.
	look(ctx context.Context) (status, error)
	// reach gives the address at which other nodes of the graph send load to it; it
	// is known once it was booted.
	reach() string
	// last gives the last lines it wrote.
	last(ctx context.Context) string
	// excuse forgives that what was booted last ended: it never got ready, and
	// whoever booted it knows.
	excuse()
	// disturbed gives what has happened to it that no order explains, first to
	// last. It must be asked every few seconds, since the daemon forgets.
	disturbed(ctx context.Context) []Disturbance
}

// status is how an instance fares.
type status struct {
	alive  bool      // it runs, or stands still
	frozen bool      // it stands still
	cpus   float64   // processors allowed; zero if there is no limit
	memory int64     // bytes allowed; zero if there is no limit
	oom    bool      // the kernel killed it for want of memory
	ended  time.Time // of one that the kernel killed so: when
	name   string    // such as "process 123"
	state  string    // in the system's own word, such as "paused"
}

func (s status) String() string { return fmt.Sprintf("%s is %s", s.name, s.state) }
