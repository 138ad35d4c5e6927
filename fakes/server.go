package fakes

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/proxy"
)

// job is a request from its arrival to the one effect that ends it. Of a request
// whose client has left it is all that remains.
type job struct {
	id      uint64
	sale    protocol.Entry
	tenant  uint32 // whose sale it is
	arrived time.Duration
	client  *client       // nil when it has left
	ends    time.Duration // of waited work: when it is due to end
	late    time.Duration // how much later than that its end was heard of
	timer   *time.Timer   // of waited work, and of a dropped request
	halted  atomic.Bool   // of burned work
}

// hangUp is the answer that is none: the connection is closed.
var hangUp = protocol.Answer{}

// recorder is where sales go; tell is called, by another goroutine, when the sale is on
// disk.
type recorder interface {
	submit(e protocol.Entry, tell func(duplicate bool, err error))
}

// server carries out in real time what the node decides.
type server struct {
	cfg     backend.Config
	ledger  recorder
	journal *journal // of the ledger, which others copy; nil where none does
	start   time.Time
	account *cpuAccount             // of burned work
	hold    time.Duration           // of dropped requests
	links   [][]*target             // by the index of a link, and of a node in its To
	proxies map[string]*proxy.Proxy // of links that are struck, by the node called

	mu    sync.Mutex
	epoch epoch
	node  *node.Node
	jobs  map[uint64]*job
	last  uint64 // the latest ID given
	calls map[node.Attempt]*call
	alarm *time.Timer   // of the node
	wakes time.Duration // when it is due
	out   []node.Effect
}

// newServer makes the server of a valid configuration.
func newServer(cfg Config, ledger recorder) *server {
	proxies := links(cfg)
	s := &server{
		proxies: proxies,
		cfg:     cfg.Node,
		ledger:  ledger,
		start:   time.Now(),
		account: cpuAccountFor(cfg.Node),
		hold:    backend.Hold,
		links:   targets(cfg, proxies),
		node:    node.New(cfg.Node, cfg.Seed),
		jobs:    make(map[uint64]*job),
		calls:   make(map[node.Attempt]*call),
	}
	s.find(cfg)
	return s
}

func (s *server) now() time.Duration { return time.Since(s.start) }

// arrive takes a request in; its client gets its answer when there is one. waits
// is how long the client still waits, or node.Unlimited.
func (s *server) arrive(sale protocol.Entry, tenant uint32, c *client, waits time.Duration) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	j := &job{id: s.last, sale: sale, tenant: tenant, arrived: s.now(), client: c}
	s.jobs[j.id] = j
	s.step(j.arrived, j.arrived, &node.Event{Kind: node.Arrive, ID: j.id, Waits: waits, Tenant: tenant})
	return j
}

// leave notes that the client of a request has left.
func (s *server) leave(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.client = nil
	if s.jobs[j.id] == j {
		now := s.now()
		s.step(now, now, &node.Event{Kind: node.Leave, ID: j.id})
	}
}

// done notes that the service of a request has ended.
func (s *server) done(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs[j.id] != j {
		return // halted at the last moment
	}
	now := s.now()
	free := s.freed(j, now)
	j.late = now - free
	s.step(now, free, &node.Event{Kind: node.Served, ID: j.id})
}

// held notes that a dropped request has been held for long enough.
func (s *server) held(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs[j.id] == j {
		now := s.now()
		s.step(now, now, &node.Event{Kind: node.Held, ID: j.id})
	}
}

// wake notes that the time has come that the node asked for.
func (s *server) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.step(now, heard(s.wakes, now), &node.Event{Kind: node.Wake})
}

// wakeAt has the node woken at a time, in place of any before.
func (s *server) wakeAt(now, at time.Duration) {
	s.wakes = at
	in := max(at-now, 0)
	if s.alarm == nil {
		s.alarm = time.AfterFunc(in, s.wake)
		return
	}
	s.alarm.Reset(in)
}

// step passes an event on to the node and carries out what follows. A worker
// that takes up a new request has been free since free.
func (s *server) step(now, free time.Duration, ev *node.Event) {
	s.out = s.node.Step(now, ev, s.out[:0])
	for i := range s.out {
		s.obey(&s.out[i], now, free)
	}
}
