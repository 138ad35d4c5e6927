package sim

import "github.com/retrystorm/retrystorm/internal/retry"

// message is the end of an attempt on its way to its terminal or node.
type message struct {
	term, attempt uint32
	entry         uint32 // of the sale in the ledger, if it is still there
	to            uint8  // of an attempt of a node: its index plus one
	link          uint16 // likewise: over which it went
	serial        uint32 // likewise: see sent
	outcome       retry.Outcome
}

// inbox is what comes back at the present moment, in order.
type inbox struct {
	messages []message
	head     int
}

func (b *inbox) any() bool { return b.head < len(b.messages) }

// put gives an empty message at the end of the inbox, to be written there.
func (b *inbox) put() *message {
	b.messages = append(b.messages, message{})
	return &b.messages[len(b.messages)-1]
}

// take gives the next message; there must be one. The room of those taken is
// used again before the list grows.
func (b *inbox) take(l *message) {
	*l = b.messages[b.head]
	b.head++
	switch {
	case b.head == len(b.messages):
		b.messages, b.head = b.messages[:0], 0
	case b.head >= 1024 && 2*b.head >= len(b.messages):
		n := copy(b.messages, b.messages[b.head:])
		b.messages, b.head = b.messages[:n], 0
	}
}
