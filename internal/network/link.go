package network

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// What TCP does about packets that are lost.
const (
	// ConnectTimeout is when the first packet of a new connection is sent again,
	// then after twice as long each time: RFC 6298, 2.1.
	ConnectTimeout = time.Second
	// ResendTimeout is when other packets are sent again, beyond the round trip. RFC
	// 6298, 2.4 has a second at the least; Linux has TCP_RTO_MIN, 200 ms. The probe
	// for the tail of what is sent waits as long for a lone packet (RFC 8985, 7.2,
	// WCDelAckT), and the messages here are one packet each.
	ResendTimeout = 200 * time.Millisecond
	// LongestTimeout is where doubling ends: TCP_RTO_MAX of Linux.
	LongestTimeout = 120 * time.Second
	// After so many times Linux gives up: tcp_syn_retries and tcp_retries2.
	mostConnects = 6
	mostResends  = 15
	// packet is the most bytes that go into one: an Ethernet frame's, less 40 of
	// headers.
	packet = 1460
)

// Fate is what becomes of what is sent.
type Fate uint8

// The fates.
const (
	Arrives Fate = iota // at its time
	Again               // it is lost, and sent again at its time
	Refused             // there will be no connection
	Broken              // the connection is reset, at once and for both ends
)

// Outcome is what becomes of what is sent, and when.
type Outcome struct {
	Fate Fate
	At   time.Duration
}

// Stats counts what was sent over a link.
type Stats struct {
	Sent    int64 `json:"sent"`    // messages and connections, each time that one was sent
	Lost    int64 `json:"lost"`    // of these, vanished
	Broken  int64 `json:"broken"`  // of these, with their connection
	Refused int64 `json:"refused"` // connections
}

// Link is one link. It is not safe for concurrent use.
type Link struct {
	rng    *rand.Rand
	faults []fault.Event
	refuse bool
	ways   [2]way
	stats  Stats
}

// way is one direction of a link: what its faults do, and until when it is busy with
// what was sent before.
type way struct {
	cut             bool
	latency, jitter time.Duration
	loss, reset     float64
	rate            float64 // bytes a second; no bound if zero
	busy            time.Duration
}

// New makes a link without faults in the run with that seed. Its ends are named as in
// the record: from is "fleet" or a node.
func New(seed uint64, from, to string) *Link {
	h := fnv.New64a()
	_, _ = h.Write([]byte("link " + from + "→" + to)) // never fails
	return &Link{rng: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// Set makes those the faults in force, at most one of a kind; each strikes a link.
// What is under way is not changed. Of a link that refuses from now on, the driver
// must break every connection.
func (l *Link) Set(faults []fault.Event) {
	l.faults = slices.Clone(faults)
	l.refuse = false
	for i, direction := range directions {
		w := way{busy: l.ways[i].busy}
		for _, e := range faults {
			if e.Way.Is(direction) {
				w.strike(e)
			}
			l.refuse = l.refuse || e.Kind == fault.Cut && e.How == fault.Refuse
		}
		if w.rate == 0 {
			w.busy = 0
		}
		l.ways[i] = w
	}
}

// directions are those of Link.ways.
var directions = [2]fault.Way{fault.There, fault.Back}

func (w *way) strike(e fault.Event) {
	switch e.Kind {
	case fault.Cut:
		w.cut = true
	case fault.Latency:
		w.latency, w.jitter = e.Latency, e.Jitter
	case fault.Loss:
		w.loss = float64(e.Share)
	case fault.Bandwidth:
		w.rate = float64(e.Rate)
	case fault.Reset:
		w.reset = float64(e.Share)
	}
}

// Faults gives the faults in force; they are not to be changed.
func (l *Link) Faults() []fault.Event { return l.faults }

// Refuses says whether new connections are refused.
func (l *Link) Refuses() bool { return l.refuse }

// Stats gives the counts so far.
func (l *Link) Stats() Stats { return l.stats }

// Connect opens a connection, for the first time (try 0) or again, try times after
// that: a packet there and one back. It Arrives when the caller may send.
func (l *Link) Connect(now time.Duration, try int) Outcome {
	l.stats.Sent++
	if l.refuse {
		l.stats.Refused++
		return Outcome{Refused, now}
	}
	if l.loses(fault.There, 1) || l.loses(fault.Back, 1) {
		return l.again(now, ConnectTimeout, try, mostConnects)
	}
	return Outcome{Arrives, now + l.delay(fault.There) + l.delay(fault.Back)}
}

// Send sends a message of so many bytes There or Back, likewise. A driver keeps the
// order of those of one connection: none arrives before the one sent before it.
func (l *Link) Send(now time.Duration, direction fault.Way, bytes, try int) Outcome {
	l.stats.Sent++
	w := l.way(direction)
	if l.refuse || try == 0 && l.happens(w.reset) {
		l.stats.Broken++
		return Outcome{Broken, now}
	}
	if try > 0 {
		bytes = min(bytes, packet) // what was lost of it
	}
	if l.loses(direction, bytes) {
		return l.again(now, ResendTimeout+l.ways[0].latency+l.ways[1].latency, try, mostResends)
	}
	sent := now
	if w.rate > 0 {
		w.busy = max(w.busy, now) + span(float64(bytes)/w.rate)
		sent = w.busy
	}
	return Outcome{Arrives, sent + l.delay(direction)}
}

// Signal sends what TCP sends once only, the reset of a connection, There or Back. It
// Arrives, or not at all.
func (l *Link) Signal(now time.Duration, direction fault.Way) (at time.Duration, arrives bool) {
	l.stats.Sent++
	if l.loses(direction, 1) {
		l.stats.Lost++
		return 0, false
	}
	return now + l.delay(direction), true
}

// again says when what is lost is sent again.
func (l *Link) again(now, timeout time.Duration, try, most int) Outcome {
	l.stats.Lost++
	if try >= most {
		l.stats.Broken++
		return Outcome{Broken, now}
	}
	return Outcome{Again, now + min(timeout<<try, max(LongestTimeout, timeout))}
}

func (l *Link) way(direction fault.Way) *way {
	if direction == fault.Back {
		return &l.ways[1]
	}
	return &l.ways[0]
}

// loses says whether one of the packets of a message is lost.
func (l *Link) loses(direction fault.Way, bytes int) bool {
	w := l.way(direction)
	if w.cut || w.loss == 0 {
		return w.cut
	}
	packets := max(1, (bytes+packet-1)/packet)
	return l.happens(1 - math.Pow(1-w.loss, float64(packets)))
}

func (l *Link) happens(share float64) bool { return share > 0 && l.rng.Float64() < share }

// delay is how long a packet is under way: uniform within the jitter, as in tc-netem
// without a table and in toxiproxy's latency.
func (l *Link) delay(direction fault.Way) time.Duration {
	w := l.way(direction)
	if w.jitter == 0 {
		return w.latency
	}
	return w.latency - w.jitter + time.Duration(l.rng.Int64N(2*int64(w.jitter)+1))
}

// span is so many seconds, and an hour for what takes longer.
func span(seconds float64) time.Duration {
	return time.Duration(min(seconds, time.Hour.Seconds()) * float64(time.Second))
}
