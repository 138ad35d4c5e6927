package runner

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
)

// outage counts the faults in force that take an entry away, from before each is
// injected until its probe has shown that it is gone.
type outage struct {
	entry string // the entry's name
	n     atomic.Int32
}

func (o *outage) begin(e fault.Event) {
	if o.takesAway(e) {
		o.n.Add(1)
	}
}

func (o *outage) end(e fault.Event) {
	if o.takesAway(e) {
		o.n.Add(-1)
	}
}

func (o *outage) on() bool { return o.n.Load() > 0 }

// takesAway says whether the entry does not answer while a fault is in force.
func (o *outage) takesAway(e fault.Event) bool {
	if e.Kind == fault.Cut {
		return e.From == "" || e.From == history.Fleet
	}
	return (e.Kind.TakesDown() || e.Kind == fault.Freeze) && (e.Node == "" || e.Node == o.entry)
}

// portProbe watches the load port of an entry. Docker publishes it through a proxy of its own,
// which dies when it runs out of file descriptors: the backend behind it is
// well, no terminal reaches it any more, and the run would pass for a collapse.
type portProbe struct {
	addr    string
	down    *outage
	refused int // probes in a row
	problem string
}

// enough refusals in a row are no accident.
const enough = 2

// probe connects to the load port; well says that the backend answered on its
// control port just now, and that nothing was meant to take it away then.
func (d *portProbe) probe(ctx context.Context, well bool) {
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
