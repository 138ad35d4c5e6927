package retry

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
)

// decisions gives what a policy decides after each of the outcomes of one sale.
func decisions(c Config, outcomes ...Outcome) []Decision {
	p, ses := NewPolicy(c), Session{}
	cl := p.NewClient()
	out := make([]Decision, len(outcomes))
	for i, o := range outcomes {
		out[i] = p.Next(0, cl, &ses, o, stream())
	}
	return out
}

func TestDecisionsAndTheirReasons(t *testing.T) {
	failed, again := Outcome{Cause: Failed}, Decision{Retry: true, Reason: Scheduled}
	later := func(d time.Duration) Decision { return Decision{Retry: true, Delay: d, Reason: Scheduled} }
	no := func(r Reason) Decision { return Decision{Reason: r} }
	tests := []struct {
		name     string
		cfg      Config
		outcomes []Outcome
		want     []Decision
	}{
		{"nothing to retry", Config{Backoff: Immediate}, []Outcome{{}}, []Decision{no(Succeeded)}},
		{"never", Config{}, []Outcome{failed}, []Decision{no(NotListed)}},
		{"three attempts by default", Config{Backoff: Immediate}, []Outcome{failed, failed, failed}, []Decision{again, again, no(Exhausted)}},
		{"one attempt", Config{Backoff: Immediate, MaxAttempts: 1}, []Outcome{failed}, []Decision{no(Exhausted)}},
		{"a success after failures", Config{Backoff: Immediate, MaxAttempts: 2}, []Outcome{failed, {}}, []Decision{again, no(Succeeded)}},
		{"not on the list", Config{Backoff: Immediate, On: []Cause{Timeout, Reset}}, []Outcome{{Cause: Timeout}, failed}, []Decision{again, no(NotListed)}},
		{"cancelled is on no list", Config{Backoff: Immediate}, []Outcome{{Cause: Cancelled}}, []Decision{no(NotListed)}},
		{"Retry-After is a floor", Config{Backoff: Constant, Base: 2 * s},
			[]Outcome{{Rejected, 5 * s}, {Rejected, s}}, []Decision{later(5 * s), later(2 * s)}},
		{"Retry-After goes over the cap", Config{Backoff: Constant, Base: s, Cap: s}, []Outcome{{Rejected, time.Hour}}, []Decision{later(time.Hour)}},
		{"Retry-After ignored", Config{Backoff: Constant, Base: 2 * s, RetryAfter: IgnoreRetryAfter},
			[]Outcome{{Rejected, 5 * s}}, []Decision{later(2 * s)}},
		{"no budget left", Config{Backoff: Immediate, MaxAttempts: 9, Budget: &Budget{Ratio: 0.1, Tokens: 2}},
			[]Outcome{failed, failed, failed, {}}, []Decision{again, again, no(NoBudget), no(Succeeded)}},
		{"what ends anyway costs no budget", Config{Backoff: Immediate, MaxAttempts: 2, Budget: &Budget{Ratio: 0.1, Tokens: 1}},
			[]Outcome{failed, failed}, []Decision{again, no(Exhausted)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, decisions(tt.cfg, tt.outcomes...)); diff != "" {
				t.Errorf("decisions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachListedCauseAloneIsRetried(t *testing.T) {
	for listed := Timeout; listed < Cancelled; listed++ {
		for c := OK; c < Causes; c++ {
			d := decisions(Config{Backoff: Immediate, On: []Cause{listed}}, Outcome{Cause: c})[0]
			if want := c == listed; d.Retry != want {
				t.Errorf("with %v on the list, %v gives %+v", listed, c, d)
			}
		}
	}
}

func TestUnboundedAttemptsNeverEnd(t *testing.T) {
	p, ses := NewPolicy(Config{Backoff: Immediate}.Unlimited()), Session{}
	for range 100_000 {
		if d := p.Next(0, nil, &ses, Outcome{Cause: Failed}, stream()); !d.Retry {
			t.Fatalf("after %d tries: %+v", ses.Tries(), d)
		}
	}
	if c := (Config{MaxAttempts: 7}).Unlimited(); c.MaxAttempts != 7 {
		t.Errorf("a declared bound of 7 became %d", c.MaxAttempts)
	}
}

func TestAPolicyDoesNotShareItsDeclaration(t *testing.T) {
	c := Config{Backoff: Immediate, MaxAttempts: 9, Budget: &Budget{Ratio: 1, Tokens: 1}, Breaker: &Breaker{}}
	p := NewPolicy(c)
	c.Budget.Tokens, c.Breaker.Calls = 5, 99
	if cl := p.NewClient(); cl.tokens != 1 || p.cfg.Breaker.Calls != 10 {
		t.Errorf("%v tokens, %d calls", cl.tokens, p.cfg.Breaker.Calls)
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	p := NewPolicy(Config{
		Backoff: Exponential, Base: s, Jitter: DecorrelatedJitter, MaxAttempts: field.Unbounded,
		On: []Cause{Timeout}, Budget: &Budget{PerSec: 1e6, Tokens: 1e9}, Breaker: &Breaker{},
	})
	c, rng := p.NewClient(), stream()
	var ses Session
	now := time.Duration(0)
	allocs := testing.AllocsPerRun(1000, func() {
		now += s
		p.First(now, c)
		p.Admit(now, c)
		p.Observe(now, c, Timeout)
		p.Next(now, c, &ses, Outcome{Cause: Timeout}, rng)
	})
	if allocs != 0 {
		t.Errorf("%v allocations a try, want none", allocs)
	}
}

// anyConfig draws a valid declaration.
func anyConfig(t *rapid.T) Config {
	d := func(name string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(1, int64(most)).Draw(t, name))
	}
	c := Config{Backoff: Backoff(rapid.IntRange(1, 4).Draw(t, "backoff"))}
	c.MaxAttempts = field.Limit(rapid.SampledFrom([]int{0, 1, 2, 1000, int(field.Unbounded)}).Draw(t, "max"))
	if c.Backoff != Immediate {
		c.Base = d("base", longest)
		c.Jitter = Jitter(rapid.IntRange(0, 3).Draw(t, "jitter"))
	}
	if c.Backoff == Exponential {
		c.Factor = rapid.Float64Range(1, 100).Draw(t, "factor")
	}
	if rapid.Bool().Draw(t, "capped") {
		c.Cap = max(c.Base, d("cap", longest))
	}
	if rapid.Bool().Draw(t, "budgeted") {
		c.Budget = &Budget{Ratio: 1, PerSec: rapid.Float64Range(0, 1e6).Draw(t, "per second")}
	}
	if err := c.Validate(); err != nil {
		t.Fatalf("drew a wrong declaration: %v", err)
	}
	return c
}

func TestNextGivesNoNegativeDelayAndTheSameForTheSameStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyConfig(t)
		seed := rapid.Uint64().Draw(t, "seed")
		p, q := NewPolicy(c), NewPolicy(c)
		rng, twin := rand.New(rand.NewPCG(seed, 0)), rand.New(rand.NewPCG(seed, 0))
		a, b := p.NewClient(), q.NewClient()
		x := Session{tries: rapid.IntRange(0, 1<<40).Draw(t, "tries")}
		y := x
		now := time.Duration(0)
		for range rapid.IntRange(1, 50).Draw(t, "outcomes") {
			now += time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "pause"))
			o := Outcome{Cause: Cause(rapid.IntRange(0, int(Causes)-1).Draw(t, "cause"))}
			o.RetryAfter = time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "retry after"))
			d, e := p.Next(now, a, &x, o, rng), q.Next(now, b, &y, o, twin)
			if d != e {
				t.Fatalf("the same stream gives %+v and %+v", d, e)
			}
			if d.Delay < 0 || d.Delay > longest || (!d.Retry && d.Delay != 0) || d.Retry != (d.Reason == Scheduled) {
				t.Fatalf("decided %+v", d)
			}
			if d.Retry && d.Delay < o.RetryAfter {
				t.Fatalf("a delay of %v, though the server asked for %v", d.Delay, o.RetryAfter)
			}
		}
	})
}
