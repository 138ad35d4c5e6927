package fakes

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// answer is what a client is told.
type answer struct {
	status     int
	retryAfter time.Duration // none if zero
}

// job is a request from its arrival to the end of its service. Of a request
// whose client has left it is all that remains.
type job struct {
	id       uint64
	sale     Entry
	arrived  time.Duration
	deadline time.Duration // none if zero
	client   *client       // nil when it has left
	begun    bool
	ends     time.Duration // of waited work: when it is due to end
	timer    *time.Timer   // of waited work
	halted   atomic.Bool   // of burned work
}

// recorder is where sales go; tell is called when the sale is on disk.
type recorder interface {
	submit(e Entry, tell func(duplicate bool, err error))
}

// server carries out in real time what the node decides.
type server struct {
	cfg    backend.Config
	ledger recorder
	start  time.Time
	bill   *bill // of burned work

	mu   sync.Mutex
	node *backend.Node
	jobs map[uint64]*job
	last uint64 // the latest ID given
	out  []backend.Effect
}

func newServer(cfg backend.Config, rng *rand.Rand, ledger recorder) *server {
	return &server{
		cfg:    cfg,
		ledger: ledger,
		start:  time.Now(),
		bill:   billFor(cfg),
		node:   backend.NewNode(cfg, rng),
		jobs:   make(map[uint64]*job),
	}
}

func (s *server) now() time.Duration { return time.Since(s.start) }

func (s *server) stats() backend.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.node.Stats()
}

// arrive takes a request in; its client gets its answer when there is one.
// patience is how long the client still waits, if it said so.
func (s *server) arrive(sale Entry, c *client, patience *time.Duration) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	j := &job{id: s.last, sale: sale, arrived: s.now(), client: c}
	if patience != nil {
		j.deadline = max(j.arrived+*patience, 1)
	}
	s.jobs[j.id] = j
	s.step(j.arrived, backend.Event{Kind: backend.Arrive, ID: j.id, Deadline: j.deadline})
	return j
}

// leave notes that the client of a request has left.
func (s *server) leave(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.client = nil
	s.step(s.now(), backend.Event{Kind: backend.Leave, ID: j.id})
	if s.cfg.Abandoned == backend.Stop {
		delete(s.jobs, j.id) // of one that only waited the node says no more
	}
	s.sweep()
}

// done notes that the service of a request has ended.
func (s *server) done(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs[j.id] != j {
		return // halted at the last moment
	}
	s.step(s.freed(j), backend.Event{Kind: backend.Done, ID: j.id})
}

// step passes an event on to the node and carries out what follows. A worker
// that takes up a new request has been free since free.
func (s *server) step(free time.Duration, ev backend.Event) {
	s.out = s.node.Step(s.now(), ev, s.out[:0])
	for _, ef := range s.out {
		j := s.jobs[ef.ID]
		switch ef.Kind {
		case backend.Begin:
			s.begin(j, max(free, j.arrived), ef.Service)
		case backend.Halt:
			delete(s.jobs, j.id)
			j.halt()
		case backend.Reject:
			delete(s.jobs, j.id)
			j.client.answer(rejection(ef))
		case backend.Finish:
			delete(s.jobs, j.id)
			s.record(j)
		}
	}
}

// record hands a sale to the ledger. The worker is free by now: what the disk
// takes is latency for the client and costs no capacity.
func (s *server) record(j *job) {
	c := j.client // who may leave before the disk is done
	s.ledger.submit(j.sale, func(duplicate bool, err error) {
		switch {
		case err != nil:
			c.answer(answer{status: http.StatusInternalServerError})
		case duplicate:
			c.answer(answer{status: http.StatusOK})
		default:
			c.answer(answer{status: http.StatusCreated})
		}
	})
}

// sweep forgets the requests that nobody waits for and that will never be
// served, as their own deadline has passed: the node drops them without a word.
func (s *server) sweep() {
	const slack = 1024 // so that a sweep costs little per request
	st := s.node.Stats()
	if !s.cfg.DeadlinePropagation || len(s.jobs) < 2*(st.Queue+st.Busy)+slack {
		return
	}
	now := s.now()
	for id, j := range s.jobs {
		if j.client == nil && !j.begun && j.deadline > 0 && j.deadline <= now {
			delete(s.jobs, id)
		}
	}
}

func rejection(ef backend.Effect) answer {
	if ef.Reason == backend.Expired {
		return answer{status: http.StatusGatewayTimeout}
	}
	return answer{status: http.StatusServiceUnavailable, retryAfter: ef.RetryAfter}
}
