package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
)

// State is what a link says of itself.
type State struct {
	Faults []fault.Event `json:"faults"` // in force
	Stats  network.Stats `json:"stats"`
}

// State gives what the link says of itself.
func (p *Proxy) State() State { return State{Faults: p.Faults(), Stats: p.Stats()} }

// Seen is what a probe of a link saw.
type Seen struct {
	Took    time.Duration `json:"took"`    // to connect, ask and be answered
	Refused bool          `json:"refused"` // no connection
	Problem string        `json:"problem"` // why there was no answer; empty if there was one
}

// question is what the load port of any node answers at once, whatever its queue.
const question = "GET /healthz HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"

// Probe asks the node at the other end of a connection whether it is well, until ctx
// ends.
func Probe(ctx context.Context, dial func(ctx context.Context) (net.Conn, error)) (s Seen) {
	start := time.Now()
	defer func() { s.Took = time.Since(start) }()
	conn, err := dial(ctx)
	if err != nil {
		return Seen{Refused: errors.Is(err, syscall.ECONNREFUSED), Problem: err.Error()}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(start) })()
	if _, err = io.WriteString(conn, question); err == nil {
		_, err = io.ReadFull(conn, make([]byte, len("HTTP/1.1 200")))
	}
	if err != nil {
		return Seen{Problem: err.Error()}
	}
	return Seen{}
}
