package retry

import "time"

// A breaker is closed (everything passes), open (nothing does, until its time
// is over) or half open (a few probes pass; their outcomes decide).
//
//	state     | on                                  | becomes
//	closed    | failures ≥ ratio of ≥ calls outcomes | open
//	open      | its time is over                     | half open
//	half open | a probe fails                        | open
//	half open | all probes succeed                   | closed
type breaker struct {
	state  state
	until  time.Duration // open: when it ends
	probes int           // half open: sent so far
	good   int           // half open: succeeded so far
	slots  [slotCount]slot
	turn   int64 // the slot period that slots[turn%slotCount] belongs to
}

type state uint8

const (
	closed state = iota
	open
	halfOpen
)

// The window slides in slotCount steps.
const slotCount = 10

type slot struct{ calls, failures int32 }

// Admit says whether the client may send at now and, if not, how long it is
// before asking again makes sense. A half-open breaker counts what it admits as
// a probe.
func (p *Policy) Admit(now time.Duration, c *Client) (ok bool, wait time.Duration) {
	if c != nil && p.cfg.Breaker != nil {
		return c.breaker.admit(now, p.cfg.Breaker)
	}
	return true, 0
}

func (b *breaker) admit(now time.Duration, cfg *Breaker) (ok bool, wait time.Duration) {
	if b.state == open && now >= b.until {
		b.state, b.probes, b.good = halfOpen, 0, 0
	}
	switch {
	case b.state == open:
		return false, b.until - now
	case b.state == halfOpen && b.probes >= cfg.HalfOpen:
		// The probes on the wire decide; nobody knows when they come back.
		return false, cfg.Open / slotCount
	case b.state == halfOpen:
		b.probes++
	}
	return true, 0
}

// Observe tells the breaker how an admitted attempt ended. A cancelled attempt
// tells nothing, but gives its place as a probe back.
func (p *Policy) Observe(now time.Duration, c *Client, cause Cause) {
	if c != nil && p.cfg.Breaker != nil {
		c.breaker.observe(now, p.cfg.Breaker, cause)
	}
}

func (b *breaker) observe(now time.Duration, cfg *Breaker, cause Cause) {
	switch {
	case b.state == halfOpen:
		b.probe(now, cfg, cause)
	case b.state == closed && cause != Cancelled:
		b.count(now, cfg, cause)
	}
}

func (b *breaker) probe(now time.Duration, cfg *Breaker, cause Cause) {
	switch cause {
	case Cancelled:
		b.probes = max(b.probes-1, b.good)
	case OK:
		if b.good++; b.good >= cfg.HalfOpen {
			*b = breaker{turn: b.turn}
		}
	default:
		b.trip(now, cfg)
	}
}

func (b *breaker) count(now time.Duration, cfg *Breaker, cause Cause) {
	b.slide(now, cfg.Window)
	s := &b.slots[b.turn%slotCount]
	s.calls++
	if cause != OK {
		s.failures++
	}
	var calls, failures int32
	for i := range b.slots {
		calls += b.slots[i].calls
		failures += b.slots[i].failures
	}
	if int(calls) >= cfg.Calls && float64(failures) >= float64(cfg.Ratio)*float64(calls) && failures > 0 {
		b.trip(now, cfg)
	}
}

func (b *breaker) trip(now time.Duration, cfg *Breaker) {
	*b = breaker{state: open, until: now + cfg.Open, turn: b.turn}
}

// slide empties the slots that have left the window.
func (b *breaker) slide(now, window time.Duration) {
	turn := int64(now / max(window/slotCount, 1))
	for i := max(b.turn+1, turn-slotCount+1); i <= turn; i++ {
		b.slots[i%slotCount] = slot{}
	}
	b.turn = max(b.turn, turn)
}

func (b Breaker) withDefaults() Breaker {
	if b.Ratio == 0 {
		b.Ratio = 0.5
	}
	if b.Calls == 0 {
		b.Calls = 10
	}
	if b.Window == 0 {
		b.Window = 30 * time.Second
	}
	if b.Open == 0 {
		b.Open = 30 * time.Second
	}
	if b.HalfOpen == 0 {
		b.HalfOpen = 1
	}
	return b
}
