package node

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// stage is how far a request has come.
type stage uint8

const (
	absent     stage = iota // there is no such request
	own                     // waiting, or in the node's own service
	calling                 // its own service is over, and others are called for it
	over                    // no call is left to be made
	committing              // its sale is on its way to the disk
)

// request is what a node that calls others keeps of a request.
type request struct {
	deadline time.Duration // of its client, since the run began; none if zero
	failed   retry.Outcome // of the call that failed; OK if none has
	since    time.Duration // calling: when its own service was over; committing: how long it was called for
	tenant   uint32
	call     uint32 // under way
	link     uint16 // over which it goes
	stage    stage
	left     bool          // committing without a worker: its client has left
	known    bool          // its sale had been recorded before
	failure  store.Failure // of its commit
}

// requests are all requests that have not ended, by ID.
type requests struct {
	numbered []*[perPage]request // where IDs are numbers that are used again
	byID     map[uint64]*request // where they are of any kind
}

const perPage = 1 << 10

// newRequests gives the table for a node, nil where nothing follows a service.
func newRequests(cfg backend.Config, numbered bool) *requests {
	switch {
	case len(cfg.Calls) == 0 && savingOf(cfg, numbered) == nothing:
		return nil
	case numbered:
		return &requests{}
	}
	return &requests{byID: map[uint64]*request{}}
}

// open takes a request in.
func (r *requests) open(id uint64, tenant uint32, deadline time.Duration) {
	if r.byID != nil {
		r.byID[id] = &request{tenant: tenant, deadline: deadline, stage: own}
		return
	}
	for id/perPage >= uint64(len(r.numbered)) {
		r.numbered = append(r.numbered, new([perPage]request))
	}
	r.numbered[id/perPage][id%perPage] = request{tenant: tenant, deadline: deadline, stage: own}
}

// at gives a request, or nil if there is none.
func (r *requests) at(id uint64) *request {
	if r.byID != nil {
		return r.byID[id]
	}
	if id/perPage >= uint64(len(r.numbered)) {
		return nil
	}
	if q := &r.numbered[id/perPage][id%perPage]; q.stage != absent {
		return q
	}
	return nil
}

// calling says whether others are called for a request.
func (r *requests) calling(id uint64) bool {
	q := r.at(id)
	return q != nil && q.stage == calling
}

// close takes a request out.
func (r *requests) close(id uint64) {
	if r.byID != nil {
		delete(r.byID, id)
		return
	}
	r.numbered[id/perPage][id%perPage] = request{}
}

// clear takes all requests out.
func (r *requests) clear() {
	clear(r.byID)
	for _, p := range r.numbered {
		clear(p[:])
	}
}
