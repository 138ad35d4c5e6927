package fakes

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/retry"
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
		s.record(j)
	case node.Fail:
		j.client.answer(protocol.Failure(retry.Outcome{Cause: ef.Cause, RetryAfter: ef.For}))
	case node.Reject:
		j.client.answer(protocol.Rejection(ef.Reason, ef.For))
	case node.HangUp, node.Refuse:
		j.client.answer(hangUp)
	case node.Halt, node.Forget:
		j.halt()
	}
}

// record hands a sale to the ledger. The worker is free by now: what the disk
// takes is latency for the client and costs no capacity.
func (s *server) record(j *job) {
	c := j.client // who may leave before the disk is done
	s.ledger.submit(j.sale, func(duplicate bool, err error) {
		switch {
		case err != nil:
			c.answer(protocol.Answer{Status: protocol.StatusBroken})
		case duplicate:
			c.answer(protocol.Answer{Status: protocol.StatusKnown})
		default:
			c.answer(protocol.Answer{Status: protocol.StatusRecorded})
		}
	})
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
