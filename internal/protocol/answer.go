package protocol

import (
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// RetryAfterHeader carries how many seconds a client is to wait before it tries
// again.
const RetryAfterHeader = "Retry-After"

// The statuses that answer a sale.
const (
	StatusRecorded    = 201 // recorded, or passed on to the node that does
	StatusKnown       = 200 // recorded before; nothing was added
	StatusNonsense    = 400 // the headers make no sense
	StatusBroken      = 500 // the ledger cannot write
	StatusDependency  = 502 // what the node depends on failed
	StatusUnavailable = 503 // turned away, here or by what the node depends on
	StatusLate        = 504 // the client's own deadline passed, or what the node depends on did not answer in time

	statusTooMany = 429 // of a backend that is not ours
)

// AnswerBytes is what an answer of the backend takes on the wire, but for a
// Retry-After and the length of the status's words.
const AnswerBytes = len("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

// Answer is what a client is told: a status, and how long to wait before it tries
// again, in whole seconds; nothing of that if zero.
type Answer struct {
	Status     int
	RetryAfter time.Duration
}

// Rejection is the answer to a request that a node turns away.
func Rejection(why backend.Reason, retryAfter time.Duration) Answer {
	if why == backend.Expired {
		return Answer{Status: StatusLate}
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
	case retry.Timeout:
		return Answer{Status: StatusLate}
	}
	return Answer{Status: StatusDependency}
}

// Outcome is what a client makes of the answer.
func (a Answer) Outcome() retry.Outcome {
	return retry.Outcome{Cause: CauseOf(a.Status), RetryAfter: a.RetryAfter}
}

// CauseOf is how an attempt ended that was answered with that HTTP status.
func CauseOf(status int) retry.Cause {
	switch {
	case status >= 200 && status < 300:
		return retry.OK
	case status == statusTooMany, status == StatusUnavailable:
		return retry.Rejected
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
