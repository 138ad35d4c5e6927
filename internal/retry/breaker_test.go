package retry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// trace plays a story to a breaker: "5s ask", "5s ok", "5s failed" and so on,
// and gives what it answers and the state it is in then.
func trace(t *testing.T, p *Policy, c *Client, story string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(story), "\n") {
		said, _, _ := strings.Cut(strings.TrimSpace(line), " →")
		words := strings.Fields(said)
		now, err := time.ParseDuration(words[0])
		if err != nil {
			t.Fatal(err)
		}
		answer := ""
		for _, w := range words[1:] {
			answer = play(t, p, c, now, w)
		}
		state := [...]string{"closed", "open", "half open"}[c.breaker.state]
		fmt.Fprintf(&out, "%s → %s%s\n", said, answer, state)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func play(t *testing.T, p *Policy, c *Client, now time.Duration, word string) string {
	t.Helper()
	if word == "ask" {
		if ok, wait := p.Admit(now, c); !ok {
			return fmt.Sprintf("no, for %v: ", wait)
		}
		return "yes: "
	}
	cause := OK
	if word == Cancelled.String() {
		cause = Cancelled
	} else if word != OK.String() {
		if err := cause.UnmarshalText([]byte(word)); err != nil {
			t.Fatal(err)
		}
	}
	p.Observe(now, c, cause)
	return ""
}

func TestBreakerGoesThroughItsStates(t *testing.T) {
	usual := Breaker{Ratio: 0.5, Calls: 4, Window: 10 * s, Open: 5 * s, HalfOpen: 2}
	tests := []struct {
		name  string
		cfg   Breaker
		story string
	}{
		{"it opens at its ratio of enough calls, and not before", usual, `
			0s ask failed → closed
			0s ask failed ask failed → closed
			1s ask ok → open
			1s ask → no, for 5s: open
			4s ask → no, for 2s: open`},
		{"below its ratio it stays closed", usual, `
			0s ok ok ok ok ok ok failed failed failed failed failed → closed
			0s failed → open`},
		{"good probes close it, all of them", usual, `
			0s failed failed failed failed → open
			5s ask → yes: half open
			5s ask → yes: half open
			5s ask → no, for 500ms: half open
			6s ok → half open
			6s ask → no, for 500ms: half open
			7s ok → closed
			7s failed failed failed → closed
			7s failed → open`},
		{"a bad probe opens it again", usual, `
			0s failed failed failed failed → open
			5s ask ask → yes: half open
			6s ok → half open
			6s timeout → open
			6s ask → no, for 5s: open
			11s ask → yes: half open
			11s ok → half open
			11s ask → yes: half open
			11s ok → closed`},
		{"a cancelled probe gives its place back", usual, `
			0s failed failed failed failed → open
			5s ask ask ask → no, for 500ms: half open
			6s cancelled → half open
			6s ask → yes: half open
			6s ask → no, for 500ms: half open
			7s ok cancelled → half open
			7s cancelled → half open
			7s ask → yes: half open
			7s ask → no, for 500ms: half open
			7s ok → closed`},
		{"a cancelled attempt tells a closed one nothing", usual, `
			0s cancelled cancelled cancelled cancelled cancelled → closed
			0s failed failed failed → closed`},
		{"what it hears while it is open changes nothing", usual, `
			0s failed failed failed failed → open
			1s ok ok ok failed cancelled → open
			1s ask → no, for 4s: open`},
		{"failures slide out of the window", usual, `
			0s failed failed failed → closed
			9.9s ok → open`},
		{"and then count no more", usual, `
			0s failed failed failed → closed
			10s ok ok failed → closed
			10.5s ok → closed`},
		{"a jump of time empties the window", usual, `
			1s failed failed failed → closed
			999999h failed failed failed → closed
			999999h failed → open
			999999h0m5s ask → yes: half open`},
		{"time that goes back does no harm", usual, `
			100s failed failed → closed
			3s failed → closed
			99s failed → open
			98s ask → no, for 6s: open`},
		{"one success among few calls", Breaker{Ratio: 1, Calls: 1, Window: 10 * s, Open: s, HalfOpen: 1}, `
			0s ok → closed
			1s failed → closed
			11s failed → open
			12s ask → yes: half open
			12s ok → closed`},
		{"a tiny ratio still takes a failure", Breaker{Ratio: 1e-9, Calls: 1, Window: s, Open: s, HalfOpen: 1}, `
			0s ok → closed
			0s ok ok → closed
			0s failed → open`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPolicy(Config{Breaker: &tt.cfg})
			got := trace(t, p, p.NewClient(), tt.story)
			want := strings.ReplaceAll(strings.TrimSpace(tt.story), "\t", "")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the story (-want +got):\n%s", diff)
			}
		})
	}
}

// naive is a breaker's window as a plain list of outcomes.
type naive []struct {
	at     time.Duration
	failed bool
}

// share counts the calls and failures of the last d.
func (n naive) share(now, d time.Duration) (calls, failures int) {
	for _, o := range n {
		if now-o.at < d {
			calls++
			if o.failed {
				failures++
			}
		}
	}
	return calls, failures
}

// TestTheWindowIsTheLastNineToTenTenths checks the sliding slots against a
// plain list: what is younger than nine tenths of the window always counts,
// what is older than the window never does.
func TestTheWindowIsTheLastNineToTenTenths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Breaker{Ratio: 0.5, Calls: rapid.IntRange(1, 12).Draw(t, "calls"), Window: 10 * s, Open: s, HalfOpen: 1}
		p := NewPolicy(Config{Breaker: &cfg})
		c := p.NewClient()
		var all naive
		now := time.Duration(0)
		for range 100 {
			now += time.Duration(rapid.Int64Range(0, int64(3*s)).Draw(t, "pause"))
			bad := rapid.IntRange(0, 3).Draw(t, "bad") == 0
			cause := OK
			if bad {
				cause = Failed
			}
			all = append(all, struct {
				at     time.Duration
				failed bool
			}{now, bad})
			p.Observe(now, c, cause)
			calls, failures := all.share(now, 9*s)
			older, olderFailures := all.share(now, 10*s)
			most := max(olderFailures, 0)
			switch open := c.breaker.state == open; {
			case open && (older < cfg.Calls || most == 0 || float64(most) < 0.5*float64(calls)):
				t.Fatalf("open at %v with %d of %d failed", now, olderFailures, older)
			case !open && calls >= cfg.Calls && failures > 0 && float64(failures) >= 0.5*float64(older):
				t.Fatalf("closed at %v with %d of %d failed", now, failures, calls)
			case open:
				return
			}
		}
	})
}

func TestAHalfOpenBreakerLetsNoMoreProbesOutThanDeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "half open")
		cfg := Breaker{Calls: 1, Open: s, HalfOpen: n}
		p := NewPolicy(Config{Breaker: &cfg})
		c := p.NewClient()
		p.Observe(0, c, Failed)
		out, good := 0, 0
		for c.breaker.state != closed {
			if rapid.Bool().Draw(t, "ask") {
				ok, wait := p.Admit(s, c)
				if ok == (wait > 0) {
					t.Fatalf("admitted %v, to wait %v", ok, wait)
				}
				if ok {
					out++
				}
			} else if out > 0 {
				out--
				cause := rapid.SampledFrom([]Cause{OK, Cancelled}).Draw(t, "cause")
				if cause == OK {
					good++
				}
				p.Observe(s, c, cause)
			}
			if out+good > n {
				t.Fatalf("%d on the wire and %d good, want at most %d probes", out, good, n)
			}
		}
		if good != n {
			t.Fatalf("closed after %d good probes, want %d", good, n)
		}
	})
}
