package fakes

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// obey carries out one effect of a step at now. A worker that takes up a request has been free
// since free.
func (s *server) obey(ef *node.Effect, now, free time.Duration) {
	j := s.jobs[ef.ID]
	switch ef.Kind {
	case node.Serve:
		s.begin(j, now, max(free, j.arrived), ef.For)
	case node.Drop:
		j.timer = time.AfterFunc(s.hold, func() { s.held(j) })
	case node.Commit:
		s.commit(j)
	case node.Call:
		s.call(j, ef)
	case node.CancelCall:
		s.cancel(ef.Attempt)
	case node.WakeAt:
		s.wakeAt(now, ef.For)
	case node.Reset:
		s.reset()
	default:
		s.end(j, ef)
	}
}

// end carries out the effect that is the last one of its request.
func (s *server) end(j *job, ef *node.Effect) {
	delete(s.jobs, j.id)
	switch ef.Kind {
	case node.Finish:
		j.client.answer(recorded(ef.Known))
	case node.Fail:
		j.client.answer(protocol.Ending(ef))
	case node.Reject:
		j.client.answer(protocol.Rejection(ef.Reason, ef.For))
	case node.HangUp, node.Refuse:
		j.client.answer(hangUp)
	case node.Halt, node.Forget:
		j.halt()
	}
}

// recorded is the answer to a request whose sale is in the ledger.
func recorded(known bool) protocol.Answer {
	if known {
		return protocol.Answer{Status: protocol.StatusKnown}
	}
	return protocol.Answer{Status: protocol.StatusRecorded}
}

// commit hands a sale to the ledger, which never calls back at once: the server is
// locked here and locks itself to hear how it ended.
func (s *server) commit(j *job) {
	s.ledger.submit(j.sale, func(known bool, err error) { s.committed(j, known, err) })
}

// committed notes that the commit of a sale has ended.
func (s *server) committed(j *job, known bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs[j.id] == j {
		now := s.now()
		s.step(now, now, &node.Event{Kind: node.Committed, ID: j.id, Failure: failureOf(err), Known: known})
	}
}

// reset ends all there is, as a node does that goes down. In real time the
// kernel does this, when the process is killed.
func (s *server) reset() {
	for id, j := range s.jobs {
		delete(s.jobs, id)
		j.halt()
		j.client.answer(hangUp)
	}
	for at := range s.calls {
		s.cancel(at)
	}
}
