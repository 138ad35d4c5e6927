package protocol

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

func TestRejectionIsAnAnswerAndWhatAClientMakesOfIt(t *testing.T) {
	for name, tt := range map[string]struct {
		why        backend.Reason
		retryAfter time.Duration
		want       Answer
		outcome    retry.Outcome
	}{
		"queue full":         {backend.QueueFull, 0, Answer{Status: 503}, retry.Outcome{Cause: retry.Rejected}},
		"shed with a wait":   {backend.Shedding, 5 * time.Second, Answer{Status: 503, RetryAfter: 5 * time.Second}, retry.Outcome{Cause: retry.Rejected, RetryAfter: 5 * time.Second}},
		"a part of a second": {backend.Shedding, 1, Answer{Status: 503, RetryAfter: time.Second}, retry.Outcome{Cause: retry.Rejected, RetryAfter: time.Second}},
		"by order":           {backend.Ordered, 0, Answer{Status: 503}, retry.Outcome{Cause: retry.Rejected}},
		"read-only":          {backend.ReadOnly, 5 * time.Second, Answer{Status: 503, ReadOnly: true}, retry.Outcome{Cause: retry.ReadOnly}},
		"expired":            {backend.Expired, 5 * time.Second, Answer{Status: 504}, retry.Outcome{Cause: retry.Failed}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Rejection(tt.why, tt.retryAfter)
			if got != tt.want || got.Outcome() != tt.outcome {
				t.Errorf("%+v and %+v, want %+v and %+v", got, got.Outcome(), tt.want, tt.outcome)
			}
		})
	}
}

func TestFailureOfADependencyIsAnAnswer(t *testing.T) {
	for last, want := range map[retry.Outcome]Answer{
		{Cause: retry.Rejected}:                              {Status: 503},
		{Cause: retry.Rejected, RetryAfter: 3 * time.Second}: {Status: 503, RetryAfter: 3 * time.Second},
		{Cause: retry.Timeout}:                               {Status: 504},
		{Cause: retry.ReadOnly}:                              {Status: 503, ReadOnly: true},
		{Cause: retry.Refused}:                               {Status: 502},
		{Cause: retry.Reset}:                                 {Status: 502},
		{Cause: retry.Failed, RetryAfter: 3 * time.Second}:   {Status: 502},
	} {
		if got := Failure(last); got != want {
			t.Errorf("%v is answered with %+v, want %+v", last.Cause, got, want)
		}
	}
}

func TestStatusIsACause(t *testing.T) {
	for status, want := range map[int]retry.Cause{
		100: retry.Failed, 199: retry.Failed, 200: retry.OK, 201: retry.OK, 299: retry.OK, 300: retry.Failed, 400: retry.Failed,
		429: retry.Rejected, 500: retry.Failed, 502: retry.Failed, 503: retry.Rejected, 504: retry.Failed, 507: retry.ReadOnly,
	} {
		if got := CauseOf(status); got != want {
			t.Errorf("%d counts as %v, want %v", status, got, want)
		}
	}
}

func TestDiskThatTakesNothingIsAnAnswer(t *testing.T) {
	for why, want := range map[store.Failure]struct {
		answer Answer
		cause  retry.Cause
	}{
		store.IOError:     {Answer{Status: 500}, retry.Failed},
		store.NoSpace:     {Answer{Status: 507}, retry.ReadOnly},
		store.NotWritable: {Answer{Status: 503, ReadOnly: true}, retry.ReadOnly},
	} {
		if got := Unwritten(why); got != want.answer || got.Outcome().Cause != want.cause {
			t.Errorf("%v is answered with %+v, which counts as %v", why, got, got.Outcome().Cause)
		}
	}
	if got := CauseIn(503, []byte(CauseReadOnly)); got != retry.ReadOnly {
		t.Errorf("a marked 503 counts as %v", got)
	}
	if got := CauseIn(500, []byte(CauseReadOnly)); got != retry.Failed {
		t.Errorf("a marked 500 counts as %v", got)
	}
}

func TestRetryAfterTravelsAsWholeSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(1<<20*time.Second)).Draw(t, "wait"))
		got := ParseRetryAfter(AppendRetryAfter(nil, d))
		if got < d || got >= d+time.Second || got%time.Second != 0 {
			t.Errorf("%v arrives as %v", d, got)
		}
	})
	for text, want := range map[string]time.Duration{
		"": 0, "-1": 0, "1.5": 0, "Wed, 21 Oct 2015 07:28:00 GMT": 0, "99999999999": 1 << 20 * time.Second,
	} {
		if got := ParseRetryAfter([]byte(text)); got != want {
			t.Errorf("%q is read as %v, want %v", text, got, want)
		}
	}
}
