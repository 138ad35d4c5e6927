package conductor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// outage counts the faults in force that take a node away, from before each is
// injected until its probe has shown that it is gone.
type outage struct{ n atomic.Int32 }

func (o *outage) begin(e fault.Event) {
	if takesAway(e) {
		o.n.Add(1)
	}
}

func (o *outage) end(e fault.Event) {
	if takesAway(e) {
		o.n.Add(-1)
	}
}

func (o *outage) on() bool { return o.n.Load() > 0 }

func takesAway(e fault.Event) bool { return e.Kind == fault.Crash || e.Kind == fault.Freeze }

// door watches the load port. Docker publishes it through a proxy of its own,
// which dies when it runs out of file descriptors: the backend behind it is
// well, no terminal reaches it any more, and the run would pass for a collapse.
type door struct {
	addr    string
	down    *outage
	refused int // looks in a row
	problem string
}

// enough refusals in a row are no accident.
const enough = 2

// look knocks at the load port; well says that the backend answered on its
// control port just now, and that nothing was meant to take it away then.
func (d *door) look(ctx context.Context, well bool) {
	if !well || !refuses(ctx, d.addr) || d.down.on() {
		d.refused = 0
		return
	}
	if d.refused++; d.refused == enough && d.problem == "" {
		d.problem = fmt.Sprintf("the load port %s refused connections while the backend was up: "+
			"the container runtime's proxy has stopped, most likely out of file descriptors; "+
			"use fewer terminals or --engine local", d.addr)
	}
}

// refuses says whether a port refuses connections; one that is slow does not.
func refuses(ctx context.Context, addr string) bool {
	d := net.Dialer{KeepAlive: -1}
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // leave no port waiting behind
	}
	_ = c.Close()
	return false
}
