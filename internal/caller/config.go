package caller

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Config declares a link: whom a node calls for each request that it serves, and
// the client policy with which it does. The words are those of a terminal.
type Config struct {
	// To names the nodes that can be called; one of them is, for each attempt.
	To Names `json:"to"`
	// Target says which of them it is.
	Target Target `json:"target"`
	// Timeout is how long an attempt waits for its answer.
	Timeout time.Duration `json:"timeout"`
	// Deadline is how long all attempts of a call may take together; no bound if
	// zero, other than the deadline of the request if it carries one.
	Deadline time.Duration `json:"deadline"`
	// Cancel says what becomes of an attempt that nobody waits for any more.
	Cancel      Cancellation `json:"cancel"`
	Connections Connections  `json:"connections"`
	Retry       retry.Config `json:"retry"`
}

// Connections says whose connections carry the attempts.
type Connections struct {
	// Pool is the most connections that all who share it have; an attempt that
	// finds none free waits, and the wait counts. No bound if zero.
	Pool int `json:"pool"`
}

// Names is a list of names, declared as one or several.
type Names []string

// DecodeValue reads a name, or a list of names.
func (n *Names) DecodeValue(v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for i, e := range list {
		name, ok := e.(string)
		if !ok {
			return &field.Error{Path: at(i, len(list)), Problem: field.Show(e) + " is not a name; write one such as 'database', or several: ['db-1', 'db-2']"}
		}
		*n = append(*n, name)
	}
	return nil
}

func at(i, n int) string {
	if n == 1 {
		return ""
	}
	return field.At("", i)
}
