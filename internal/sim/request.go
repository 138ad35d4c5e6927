package sim

// nobody is the number of no request and of no entry.
const nobody = 0

// place is where a request is.
type place uint8

const (
	free    place = iota // no request at all
	pooled               // waits for a connection
	inside               // at its node
	dropped              // turned away by the node without an answer; its connection is open
	transit              // under way to its node, or its answer is under way back
)

// request is an attempt from its sending until the node is done with it.
// Millions may wait, so it is kept small.
type request struct {
	term, attempt uint32 // whose sale it is; of its client
	next          uint32 // the next one that its terminal waits for; the link of a node's; the next free one
	turn          uint32 // how often the number was used
	entry         uint32 // the sale in the ledger
	node          uint8  // where it is sent to
	from          uint8  // who sent it: a node's index plus one, or terminals
	place         place
	left          bool // its client waits no longer
}

// terminals is who sends a request that no node does.
const terminals = 0

// requests are all requests, by number. A number is used again.
type requests struct {
	all   pages[request]
	spare uint32
}

// reset takes all requests out.
func (rs *requests) reset() {
	rs.spare = nobody
	rs.all.reset()
}

func (rs *requests) at(p uint32) *request { return rs.all.at(p) }

func (rs *requests) add(term, attempt uint32) (uint32, *request) {
	p := rs.spare
	if p == nobody {
		p = rs.all.add()
	}
	q := rs.all.at(p)
	rs.spare = q.next
	q.term, q.attempt, q.next, q.from, q.place = term, attempt, nobody, terminals, pooled
	return p, q
}

// remove ends a request; whatever is still under way for it is then stale.
func (rs *requests) remove(p uint32, q *request) {
	*q = request{next: rs.spare, turn: (q.turn + 1) & turnMask}
	rs.spare = p
}

// is says whether there still is the request of that turn.
func (q *request) is(turn uint32) bool { return q.turn == turn && q.place != free }
