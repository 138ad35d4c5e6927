package sim

import "github.com/retrystorm/retrystorm/internal/retry"

// letter is the end of an attempt on its way to its terminal.
type letter struct {
	term, attempt uint32
	entry         uint32 // of the sale in the books, if it is still there
	outcome       retry.Outcome
}

// inbox is what comes back at the present moment, in order.
type inbox struct {
	letters []letter
	head    int
}

func (b *inbox) any() bool { return b.head < len(b.letters) }

// put gives an empty letter at the end of the inbox, to be written there.
func (b *inbox) put() *letter {
	b.letters = append(b.letters, letter{})
	return &b.letters[len(b.letters)-1]
}

// take gives the next letter; there must be one. The room of those taken is
// used again before the list grows.
func (b *inbox) take(l *letter) {
	*l = b.letters[b.head]
	b.head++
	switch {
	case b.head == len(b.letters):
		b.letters, b.head = b.letters[:0], 0
	case b.head >= 1024 && 2*b.head >= len(b.letters):
		n := copy(b.letters, b.letters[b.head:])
		b.letters, b.head = b.letters[:n], 0
	}
}
