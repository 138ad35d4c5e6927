package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/node"
)

// The deadline that a request carries leaves out what it waited for a
// connection, and counts from its arrival at a node that did not stand still.
func TestRequestCarriesHowLongItsTerminalStillWaits(t *testing.T) {
	p := small(fault.Event{Kind: fault.Freeze, At: 20 * time.Second, For: 2 * time.Second})
	p.Fleet[0].Timeout = 4 * time.Second
	p.Fleet[0].Connections.Pool = 1
	p.Backend.Nodes[0].Service.Mean = 1500 * time.Millisecond
	p.Backend.Nodes[0].DeadlinePropagation = true
	r := newRun(&Config{Plan: valid(t, p), Seed: 3, Bucket: time.Second, Limits: Limits{Events: 1000}})
	var least, most time.Duration = time.Hour, 0
	r.spy = func(_ time.Duration, _ uint8, ev node.Event, _ []node.Effect) {
		if ev.Kind == node.Arrive {
			least, most = min(least, ev.Waits), max(most, ev.Waits)
		}
	}
	r.start()
	r.loop(t.Context())
	if most != 3999*time.Millisecond || least > 1500*time.Millisecond {
		t.Errorf("the requests carried from %v to %v", least, most)
	}
}
