package protocol

import (
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// RetryAfterHeader carries how many seconds a client is to wait before it tries
// again.
const RetryAfterHeader = "Retry-After"

// CauseHeader says what an answer's status does not: with CauseReadOnly, that a 503
// comes from a server that is up and cannot write.
const (
	CauseHeader   = "Retrystorm-Cause"
	CauseReadOnly = "read-only"
)

// The statuses that answer a sale.
const (
	StatusRecorded    = 201 // recorded, or passed on to the node that does
	StatusKnown       = 200 // recorded before; nothing was added
	StatusNonsense    = 400 // the headers make no sense
	StatusBroken      = 500 // the disk under the ledger failed to read or write
	StatusDependency  = 502 // what the node depends on failed
	StatusUnavailable = 503 // turned away, here or by what the node depends on
	StatusLate        = 504 // the client's own deadline passed, or what the node depends on did not answer in time
	StatusFull        = 507 // the disk under the ledger is full (RFC 4918, 11.5)

	statusTooMany = 429 // of a backend that is not ours
)

// AnswerBytes is what an answer of the backend takes on the wire, but for a
// Retry-After and the length of the status's words.
const AnswerBytes = len("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

// Answer is what a client is told: a status, how long to wait before it tries again,
// in whole seconds and not at all if zero, and whether CauseHeader goes with it.
type Answer struct {
	Status     int
	RetryAfter time.Duration
	ReadOnly   bool
}

// Unwritten is the answer to a request whose sale the node's own disk did not take. A
// full disk and a read-only one are the same to a client, which can do nothing about
// either and must keep its sale: the cause of both is retry.ReadOnly.
func Unwritten(why store.Failure) Answer {
	switch why {
	case store.NoSpace:
		return Answer{Status: StatusFull}
	case store.NotWritable:
		return Answer{Status: StatusUnavailable, ReadOnly: true}
	}
	return Answer{Status: StatusBroken}
}

// Rejection is the answer to a request that a node turns away.
func Rejection(why backend.Reason, retryAfter time.Duration) Answer {
	switch why {
	case backend.Expired:
		return Answer{Status: StatusLate}
	case backend.ReadOnly:
		return Answer{Status: StatusUnavailable, ReadOnly: true}
	}
	return Answer{Status: StatusUnavailable, RetryAfter: wholeSeconds(retryAfter)}
}

// Failure is the answer to a request for which a node called another in vain; last
// is how the last attempt ended. Being turned away is passed on as such, with the
// Retry-After that came with it.
func Failure(last retry.Outcome) Answer {
	switch last.Cause {
	case retry.Rejected:
		return Answer{Status: StatusUnavailable, RetryAfter: wholeSeconds(last.RetryAfter)}
	case retry.ReadOnly:
		return Answer{Status: StatusUnavailable, ReadOnly: true}
	case retry.Timeout:
		return Answer{Status: StatusLate}
	}
	return Answer{Status: StatusDependency}
}

// Ending is the answer to a request that a node cannot serve, as its Fail effect says.
func Ending(e *backend.Effect) Answer {
	if e.Failure != store.None {
		return Unwritten(e.Failure)
	}
	return Failure(retry.Outcome{Cause: e.Cause, RetryAfter: e.For})
}

// Outcome is what a client makes of the answer.
func (a Answer) Outcome() retry.Outcome {
	o := retry.Outcome{Cause: CauseOf(a.Status), RetryAfter: a.RetryAfter}
	if a.ReadOnly {
		o.Cause = retry.ReadOnly
	}
	return o
}

// CauseIn is how an attempt ended that was answered with that HTTP status, and with
// that in CauseHeader.
func CauseIn(status int, header []byte) retry.Cause {
	if status == StatusUnavailable && string(header) == CauseReadOnly {
		return retry.ReadOnly
	}
	return CauseOf(status)
}

// CauseOf is how an attempt ended that was answered with that HTTP status alone.
func CauseOf(status int) retry.Cause {
	switch {
	case status >= 200 && status < 300:
		return retry.OK
	case status == statusTooMany, status == StatusUnavailable:
		return retry.Rejected
	case status == StatusFull:
		return retry.ReadOnly
	}
	return retry.Failed
}

// AppendRetryAfter writes what RetryAfterHeader carries, in whole seconds,
// rounded up.
func AppendRetryAfter(b []byte, d time.Duration) []byte {
	return strconv.AppendInt(b, int64(wholeSeconds(d)/time.Second), 10)
}

// ParseRetryAfter reads what RetryAfterHeader carries, and at most about twelve
// days of it. What is no number of seconds, such as a date, counts as nothing.
func ParseRetryAfter(text []byte) time.Duration {
	const most = 1 << 20
	secs, err := strconv.Atoi(string(text))
	if err != nil || secs < 0 {
		return 0
	}
	return time.Duration(min(secs, most)) * time.Second
}

// wholeSeconds rounds up, so that nobody comes back too early.
func wholeSeconds(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}
