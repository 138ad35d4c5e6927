package harness

import (
	"context"
	"fmt"
)

// order is something that is done to what a node runs in.
type order uint8

const (
	boot   order = iota // start it, the first time or again
	kill                // end it at once; what it stored stays
	freeze              // make it stand still
	thaw                // let it go on
	limit               // allow it so many processors
	remove              // end it and take away all that belonged to it
)

// vessel is what one node runs in: a child process or a container.
type vessel interface {
	// obey carries an order out; cpus is for limit alone, and zero means no
	// limit. An order that is already fulfilled is none too many.
	obey(ctx context.Context, o order, cpus float64) error
	// look says how it fares, as the operating system or the daemon sees it.
	look(ctx context.Context) (sight, error)
	// last gives the last lines it wrote.
	last(ctx context.Context) string
}

// sight is how a vessel fares.
type sight struct {
	alive  bool    // it runs, or stands still
	frozen bool    // it stands still
	cpus   float64 // processors allowed; zero if there is no limit
	name   string  // such as "process 123"
	state  string  // in the system's own word, such as "paused"
}

func (s sight) String() string { return fmt.Sprintf("%s is %s", s.name, s.state) }
