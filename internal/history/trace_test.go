package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestTraceHasALineForEachAttempt(t *testing.T) {
	var b bytes.Buffer
	trace := NewTrace(&b)
	trace.Attempt(Attempt{At: 12500 * time.Millisecond, From: Fleet, To: "api", Terminal: 17, Sale: 3, Number: 5, Took: 2 * time.Second, Cause: retry.Timeout})
	trace.Attempt(Attempt{At: time.Microsecond, From: "api", To: "db\n", Cause: retry.OK})
	if err := trace.Flush(); err != nil {
		t.Fatal(err)
	}
	want := `{"at_s":12.5,"from":"fleet","to":"api","terminal":17,"sale":3,"attempt":5,"took_s":2,"ended":"timeout"}
{"at_s":0.000001,"from":"api","to":"db\n","terminal":0,"sale":0,"attempt":0,"took_s":0,"ended":"ok"}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTraceTakesAttemptsFromSeveralGoroutines(t *testing.T) {
	var b bytes.Buffer
	trace := NewTrace(&b)
	const shards, each = 4, 2000
	var all sync.WaitGroup
	for shard := range uint32(shards) {
		all.Go(func() {
			for n := range uint32(each) {
				trace.Attempt(Attempt{From: Fleet, To: "api", Terminal: shard, Number: n + 1})
			}
		})
	}
	all.Wait()
	if err := trace.Flush(); err != nil {
		t.Fatal(err)
	}
	last := map[uint32]uint32{}
	lines := 0
	for line := range strings.Lines(b.String()) {
		var a attemptLine
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		if lines++; a.Attempt != last[a.Terminal]+1 {
			t.Fatalf("attempt %d of shard %d after %d", a.Attempt, a.Terminal, last[a.Terminal])
		}
		last[a.Terminal] = a.Attempt
	}
	if lines != shards*each {
		t.Errorf("%d lines", lines)
	}
}

func TestTraceReportsAWriterThatFails(t *testing.T) {
	for _, n := range []int{1, 10_000} {
		trace := NewTrace(fullDisk{})
		for range n {
			trace.Attempt(Attempt{})
		}
		if err := trace.Flush(); !errors.Is(err, errFull) {
			t.Errorf("%d attempts: error %v", n, err)
		}
	}
}
