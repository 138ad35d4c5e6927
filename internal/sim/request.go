package sim

import "time"

// nobody is the number of no request and of no entry.
const nobody = 0

// place is where a request is.
type place uint8

const (
	free   place = iota // no request at all
	pooled              // waits for a connection
	held                // in the sockets of a node that stands still
	inside              // in the node, waiting
	served              // in the node, being served
)

// request is an attempt from its sending until the node is done with it.
type request struct {
	term, attempt uint32
	next          uint32 // the next one that its terminal waits for; the next free one
	turn          uint32 // how often the number was used
	entry         uint32 // the sale in the books
	place         place
	left          bool          // its terminal waits no longer
	until         time.Duration // when its terminal stops waiting
}

// requests are all requests, by number. A number is used again.
type requests struct {
	all   []request
	spare uint32
	count int // how many there are
}

func newRequests() requests { return requests{all: make([]request, 1)} }

// at gives a request, until the next add.
func (rs *requests) at(p uint32) *request { return &rs.all[p] }

func (rs *requests) add(term, attempt uint32, until time.Duration) uint32 {
	p := rs.spare
	if p == nobody {
		p = uint32(len(rs.all)) //nolint:gosec // memory ends long before
		rs.all = append(rs.all, request{})
	}
	q := &rs.all[p]
	rs.spare = q.next
	*q = request{term: term, attempt: attempt, turn: q.turn, place: pooled, until: until}
	rs.count++
	return p
}

// remove ends a request; whatever is still under way for it is then stale.
func (rs *requests) remove(p uint32) {
	q := &rs.all[p]
	*q = request{next: rs.spare, turn: (q.turn + 1) & turnMask}
	rs.spare = p
	rs.count--
}

// is says whether the number still means the request of that turn.
func (rs *requests) is(p, turn uint32) bool {
	q := &rs.all[p]
	return q.turn == turn && q.place != free
}
