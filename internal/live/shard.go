package live

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/timer"
)

// Config says which part of a fleet a shard drives, and where to.
type Config struct {
	Fleet    []terminal.Config // the whole fleet
	Timeline []fault.Event     // for the demand that spikes make
	Shard    int               // which part, from 0
	Shards   int               // of how many; terminals are dealt out in turn
	Seed     uint64
	Addr     string // host:port of the backend
	Entry    string // the node that answers there, as a trace names it
	// Routes say where the terminals send if not always to Addr; then they say, too,
	// what Addr, Entry and Propagate do otherwise.
	Routes *Routes
	// Pools are those of the fleet, which all its shards share. A shard that is
	// given none makes its own.
	Pools Pools
	// Propagate sends with each attempt how long its terminal waits.
	Propagate bool
	Grouping  terminal.Grouping // of the terminals, whose counts are kept for each group
	Horizon   time.Duration     // when to stop, since the epoch
	Bucket    time.Duration     // length of a bucket of the record
	// Tick is called at the end of each bucket, from the shard's goroutine,
	// with what the bucket counted for each cohort; it must not block.
	Tick func(Tick)
	// Trace is called with each attempt that has ended, from the shard's goroutine;
	// it must not block. May be nil.
	Trace func(history.Attempt)
}

// Shard drives its part of a fleet. Use it once: Connect, then Run.
type Shard struct {
	cfg     Config
	cohorts []*terminal.Cohort
	tenancy terminal.Tenancy
	units   []unit
	entries []Entry
	idle    []*conn                // the keep-alive connections of the terminals, by terminal and entry
	sent    *history.FleetRecorder // what went to each entry; nil if there is one
	pools   Pools
	own     Pools                 // those that nobody else uses
	waiting map[attemptOf]request // for a connection of a pool
	timers  timer.Heap[uint32]    // of wake-ups that terminals asked for, by their index
	inbox   *inbox
	epoch   time.Time
	readers sync.WaitGroup // the readers of connections in no pool

	recorders []*history.Recorder // one for each cohort
	groups    []*history.Recorder // one for each group of the Grouping
	among     []int               // the groups that a terminal belongs to
	// owed counts, for each cohort, the sales taken up so late that the tick of
	// the bucket they belong to had gone out; the next tick tells of them.
	owed    []int64
	lag     history.Histogram
	lost    int64 // attempts that our own machine could not send
	ticked  int   // buckets that Tick has seen
	effects []terminal.Effect
}

// unit is a terminal with its connections and what it believes of its sales.
type unit struct {
	terminal.Terminal
	id     uint32 // in the whole fleet
	cohort int
	wake   time.Duration // the only timer that still counts; never if none does
	idle   []*conn       // the keep-alive connection to each entry, while nothing is on it
	busy   []*conn       // those with an attempt on them
	belief []Belief
	reds   []history.Spell // when its logo was red; the last one has no end while it is
	hurt   []history.Spell // when its tenant was hurt by it; likewise
}

// Belief is what a terminal believes of one of its sales.
type Belief struct {
	SoldAt       time.Duration
	Acknowledged bool
}

// NewShard prepares a shard; it touches no network yet.
func NewShard(cfg Config) *Shard {
	s := &Shard{cfg: cfg, inbox: newInbox(), pools: cfg.Pools, waiting: map[attemptOf]request{}}
	s.entries = []Entry{{Name: cfg.Entry, Addr: cfg.Addr, Propagate: cfg.Propagate}}
	if cfg.Routes != nil {
		s.entries = cfg.Routes.Entries
		s.sent = history.NewFleetRecorder(cfg.Bucket, len(s.entries))
	}
	if s.pools == nil {
		s.own = NewPools(cfg.Fleet, len(s.entries))
		s.pools = s.own
	}
	s.cohorts, s.tenancy = terminal.NewCohorts(cfg.Fleet, cfg.Timeline), terminal.TenancyOf(cfg.Fleet)
	for range cfg.Fleet {
		s.recorders = append(s.recorders, history.NewRecorder(cfg.Bucket, cfg.Horizon))
		s.owed = append(s.owed, 0)
	}
	for range cfg.Grouping.Count() {
		s.groups = append(s.groups, history.NewRecorder(cfg.Bucket, cfg.Horizon))
	}
	for number, c := range terminal.Numbered(cfg.Fleet) {
		if int(number)%cfg.Shards == cfg.Shard {
			s.units = append(s.units, unit{id: number, cohort: c})
		}
	}
	s.idle = make([]*conn, len(s.units)*len(s.entries))
	for i := range s.units {
		u := &s.units[i]
		u.idle = s.idle[i*len(s.entries):][:len(s.entries)]
		u.Init(s.cohorts[u.cohort], cfg.Seed, u.id)
		u.wake = never
	}
	return s
}

// never is a time that no timer stands for.
const never = time.Duration(math.MinInt64)

// Run drives the shard from the epoch to the horizon, or until ctx ends.
func (s *Shard) Run(ctx context.Context, epoch time.Time) {
	s.epoch = epoch
	defer s.Close()
	for i := range s.units {
		s.step(0, uint32(i), terminal.Event{Kind: terminal.Wake})
	}
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		s.receive()
		next := s.fire(ctx)
		now := s.now()
		if now >= s.cfg.Horizon {
			break
		}
		alarm.Reset(max(min(next, s.cfg.Horizon)-now, 0))
		select {
		case <-alarm.C:
		case <-s.inbox.signal:
		case <-ctx.Done():
			s.tick(s.now())
			return
		}
	}
	s.tick(s.cfg.Horizon)
}

func (s *Shard) now() time.Duration { return time.Since(s.epoch) }

// fire steps every terminal whose time has come and gives the next time. Where
// we are far behind a single step may take long, so it heeds ctx at each.
func (s *Shard) fire(ctx context.Context) time.Duration {
	const batch = 256 // then look into the inbox again
	for range batch {
		if ctx.Err() != nil {
			break
		}
		now := s.now()
		s.tick(now)
		if len(s.timers) == 0 {
			return s.nextTick()
		}
		if s.timers[0].At > now || now >= s.cfg.Horizon {
			return min(s.timers[0].At, s.nextTick())
		}
		t := s.timers.Pop()
		u := &s.units[t.What]
		if u.wake != t.At {
			continue // another has taken its place
		}
		u.wake = never
		s.lag.Add(now - t.At)
		s.step(now, t.What, terminal.Event{Kind: terminal.Wake})
	}
	return s.now()
}

// receive steps every terminal to which something has come back, and sends what
// has waited for a connection.
func (s *Shard) receive() {
	for _, m := range s.inbox.take() {
		now := s.now()
		s.tick(now)
		switch {
		case m.kind == granted:
			s.granted(m.grant)
		case m.conn.pool != nil && !m.conn.pool.concerns(m, s.inbox):
		case !m.conn.dead:
			s.arrived(now, m)
		}
	}
}

// step steps a terminal and carries out what it wants.
func (s *Shard) step(now time.Duration, i uint32, ev terminal.Event) {
	u := &s.units[i]
	s.effects = u.Step(now, ev, s.effects[:0])
	for k := range s.effects {
		e := &s.effects[k]
		switch e.Kind {
		case terminal.WakeAt:
			u.wake = e.At
			s.timers.Push(timer.Timer[uint32]{At: e.At, What: i})
		case terminal.Send:
			s.send(i, e)
		case terminal.Cancel:
			s.cancel(i, e.Attempt)
		case terminal.Record:
			s.record(u, e)
		}
	}
}

// record counts a note and keeps what the terminal believes.
func (s *Shard) record(u *unit, e *terminal.Effect) {
	s.recorders[u.cohort].Note(&e.Note)
	if s.groups != nil {
		s.among = s.cfg.Grouping.Of(u.id, u.cohort, s.among[:0])
		for _, g := range s.among {
			s.groups[g].Note(&e.Note)
		}
	}
	s.logo(u, e.Note)
	s.harm(u, e.Note)
	switch e.Note.What {
	case history.Sold:
		if int(e.Note.At/s.cfg.Bucket) < s.ticked {
			s.owed[u.cohort]++
		}
		u.belief = append(u.belief, Belief{SoldAt: e.SoldAt})
		if s.sent != nil {
			s.sent.Sold(u.id, e.Sale)
		}
	case history.Completed, history.CameLate:
		u.belief[e.Sale-1].Acknowledged = true
	case history.Ended:
		to := 0
		if s.sent != nil {
			to = s.sent.Ended(e.Note.At, u.id, e.Attempt, e.Note.Cause)
		}
		if s.cfg.Trace != nil {
			s.cfg.Trace(e.Traced(u.id, s.entries[to].Name))
		}
	}
}
