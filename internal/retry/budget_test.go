package retry

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
)

// granted says whether a client's budget has a retry at now.
func granted(p *Policy, now time.Duration, c *Client) bool {
	var ses Session
	return p.Next(now, c, &ses, Outcome{Cause: Failed}, stream()).Retry
}

func TestABudgetNeverGrantsMoreThanItHasEarned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Budget{
			Ratio:  field.Ratio(rapid.Float64Range(0.001, 3).Draw(t, "ratio")),
			PerSec: rapid.Float64Range(0, 5).Draw(t, "per second"),
			Tokens: rapid.Float64Range(1, 20).Draw(t, "tokens"),
		}
		p := NewPolicy(Config{Backoff: Immediate, MaxAttempts: field.Unbounded, Budget: &b})
		c := p.NewClient()
		now, firsts, retries := time.Duration(0), 0, 0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			now += time.Duration(rapid.Int64Range(0, int64(s)).Draw(t, "pause"))
			if rapid.Bool().Draw(t, "first") {
				p.First(now, c)
				firsts++
			} else if granted(p, now, c) {
				retries++
			}
			most := b.Tokens + float64(b.Ratio)*float64(firsts) + b.PerSec*now.Seconds()
			if float64(retries) > most+1e-6 {
				t.Fatalf("%d retries granted after %v and %d requests, earned %v", retries, now, firsts, most)
			}
			if c.tokens < 0 || c.tokens > b.Tokens {
				t.Fatalf("%v tokens in a bucket for %v", c.tokens, b.Tokens)
			}
		}
	})
}

func TestABudgetGrantsWhatItHasEarned(t *testing.T) {
	p := NewPolicy(Config{Backoff: Immediate, MaxAttempts: 9, Budget: &Budget{Ratio: 0.5, PerSec: 0.25, Tokens: 2}})
	c := p.NewClient()
	ask := func(now time.Duration) bool { return granted(p, now, c) }
	first := func(now time.Duration, n int) {
		for range n {
			p.First(now, c)
		}
	}
	var got []bool
	got = append(got, ask(0), ask(0), ask(0)) // full at the start, then empty
	first(0, 1)
	got = append(got, ask(0)) // half a token is none
	first(0, 1)
	got = append(got, ask(0), ask(0))     // two halves are one
	got = append(got, ask(4*s), ask(4*s)) // a quarter a second
	got = append(got, ask(2*s))           // time that goes back earns nothing
	first(4*s, 100)
	got = append(got, ask(4*s), ask(4*s), ask(4*s)) // no more than the bucket holds
	want := []bool{true, true, false, false, true, false, true, false, false, true, true, false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("granted (-want +got):\n%s", diff)
	}
}

func TestAPolicyWithoutMemoryNeedsNoClient(t *testing.T) {
	p := NewPolicy(Config{Backoff: Immediate})
	c := p.NewClient()
	if c != nil {
		t.Fatalf("a client of %+v", c)
	}
	p.First(0, c)
	p.Observe(0, c, Failed)
	if ok, wait := p.Admit(0, c); !ok || wait != 0 || !granted(p, 0, c) {
		t.Errorf("admitted %v after %v", ok, wait)
	}
}
