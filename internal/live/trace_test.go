package live

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestTraceTellsHowEachAttemptEnded(t *testing.T) {
	f := newFront(t)
	c := fleet(1, 20*time.Millisecond)
	c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 2}
	ctx, cancel := context.WithCancel(context.Background())
	var got []history.Attempt
	s := shardOf(f.addr(), c, func(c *Config) {
		c.Entry = "api"
		c.Trace = func(a history.Attempt) {
			if got = append(got, a); len(got) == 3 {
				cancel()
			}
		}
	})
	f.readers.Go(func() {
		for _, answer := range []string{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", fine, fine} {
			(<-f.orders).say(answer)
		}
	})
	s.Run(ctx, time.Now())
	at := func(sale, number uint32, cause retry.Cause) history.Attempt {
		return history.Attempt{From: history.Fleet, To: "api", Sale: sale, Number: number, Cause: cause}
	}
	want := []history.Attempt{at(1, 1, retry.Rejected), at(1, 2, retry.OK), at(2, 3, retry.OK)}
	if len(got) < len(want) {
		t.Fatalf("%d attempts", len(got))
	}
	if diff := cmp.Diff(want, got[:len(want)], cmpopts.IgnoreFields(history.Attempt{}, "At", "Took")); diff != "" {
		t.Error(diff)
	}
	for i, a := range got {
		if a.Took <= 0 || i > 0 && a.At < got[i-1].At {
			t.Errorf("attempt %d went out at %v and took %v", i, a.At, a.Took)
		}
	}
}

func TestTraceAndRecordCountTheSameAttempts(t *testing.T) {
	f := newFront(t) // it answers nothing
	c := fleet(20, 5*time.Millisecond)
	c.Timeout = time.Millisecond
	var traced [retry.Causes]int64
	s := shardOf(f.addr(), c, func(c *Config) {
		c.Horizon = 100 * time.Millisecond
		c.Trace = func(a history.Attempt) { traced[a.Cause]++ }
	})
	s.Run(context.Background(), time.Now())
	if sum := total(s); traced != sum.Outcomes || traced[retry.Timeout] == 0 {
		t.Errorf("traced %v, recorded %v", traced, sum.Outcomes)
	}
}
