package retry

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
)

// wrongPaths gives the paths of the wrong fields.
func wrongPaths(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var list field.List
	if !errors.As(err, &list) {
		t.Fatalf("%v is no field.List", err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Path)
	}
	return out
}

func TestValidateNamesEveryWrongField(t *testing.T) {
	nan := math.NaN()
	budget := func(b Budget) Config { return Config{Backoff: Immediate, Budget: &b} }
	breaker := func(b Breaker) Config { return Config{Breaker: &b} }
	tests := []struct {
		name string
		cfg  Config
		want []string
	}{
		{"nothing declared", Config{}, nil},
		{"all that has no effect without retries", Config{
			Base: s, Cap: s, Jitter: FullJitter, MaxAttempts: 2, On: []Cause{Timeout}, Budget: &Budget{Ratio: 1},
		}, []string{"maxAttempts", "jitter", "base", "cap", "on", "budget"}},
		{"a share of a jitter without retries", Config{JitterShare: 0.2}, []string{"jitterShare"}},
		{"a share of no proportional jitter", Config{Backoff: Constant, Base: s, Jitter: FullJitter, JitterShare: 0.2}, []string{"jitterShare"}},
		{"a share", Config{Backoff: Constant, Base: s, Jitter: ProportionalJitter, JitterShare: 1}, nil},
		{"a share of more than all", Config{Backoff: Constant, Base: s, Jitter: ProportionalJitter, JitterShare: 1.5}, []string{"jitterShare"}},
		{"a share below nought", Config{Backoff: Constant, Base: s, Jitter: ProportionalJitter, JitterShare: -0.1}, []string{"jitterShare"}},
		{"an endless share", Config{Backoff: Constant, Base: s, Jitter: ProportionalJitter, JitterShare: field.Ratio(math.Inf(1))}, []string{"jitterShare"}},
		{"an exponential jitter of nothing", Config{Backoff: Immediate, Jitter: ExponentialJitter}, []string{"jitter"}},
		{"one attempt without retries", Config{MaxAttempts: 1}, nil},
		{"copies and a breaker without retries", Config{Parallel: 3, Breaker: &Breaker{}}, nil},
		{"immediate", Config{Backoff: Immediate}, nil},
		{"immediate that waits", Config{Backoff: Immediate, Base: s, Jitter: FullJitter}, []string{"base", "jitter"}},
		{"constant without a base", Config{Backoff: Constant}, []string{"base"}},
		{"a negative base", Config{Backoff: Linear, Base: -s}, []string{"base"}},
		{"a base longer than a year", Config{Backoff: Constant, Base: longest + 1}, []string{"base"}},
		{"a cap below the base", Config{Backoff: Constant, Base: 2 * s, Cap: s}, []string{"cap"}},
		{"a negative cap", Config{Backoff: Immediate, Cap: -s}, []string{"cap"}},
		{"a factor where nothing grows", Config{Backoff: Constant, Base: s, Factor: 2}, []string{"factor"}},
		{"a factor that shrinks", Config{Backoff: Exponential, Base: s, Factor: 0.5}, []string{"factor"}},
		{"a factor too large", Config{Backoff: Exponential, Base: s, Factor: 101}, []string{"factor"}},
		{"a factor that is no number", Config{Backoff: Exponential, Base: s, Factor: nan}, []string{"factor"}},
		{"negative attempts", Config{Backoff: Immediate, MaxAttempts: -1}, []string{"maxAttempts"}},
		{"negative copies", Config{Parallel: -1}, []string{"parallel"}},
		{"too many copies", Config{Parallel: mostParallel + 1}, []string{"parallel"}},
		{"what is no failure", Config{Backoff: Immediate, On: []Cause{OK}}, []string{"on"}},
		{"what is no failure either", Config{Backoff: Immediate, On: []Cause{Timeout, Cancelled}}, []string{"on"}},
		{"a budget that never fills", budget(Budget{}), []string{"budget.ratio"}},
		{"a budget of all things wrong", budget(Budget{Ratio: -1, PerSec: -1, Tokens: 0.5}),
			[]string{"budget.ratio", "budget.minPerSecond", "budget.tokens"}},
		{"a budget too large", budget(Budget{Ratio: 11, PerSec: 2e6, Tokens: 2e9}),
			[]string{"budget.ratio", "budget.minPerSecond", "budget.tokens"}},
		{"a budget that is no number", budget(Budget{Ratio: field.Ratio(nan), PerSec: nan, Tokens: nan}),
			[]string{"budget.ratio", "budget.minPerSecond", "budget.tokens"}},
		{"a budget by time alone", budget(Budget{PerSec: 1}), nil},
		{"a breaker by default", breaker(Breaker{}), nil},
		{"a breaker of all things wrong", breaker(Breaker{Ratio: -1, Calls: -1, Window: -1, Open: -s, HalfOpen: -1}),
			[]string{"breaker.failureRatio", "breaker.calls", "breaker.halfOpen", "breaker.open", "breaker.window"}},
		{"a breaker too quick", breaker(Breaker{Window: 9 * ms, Open: 9 * ms}), []string{"breaker.open", "breaker.window"}},
		{"a breaker too slow", breaker(Breaker{Window: longest + 1, Open: longest + 1}), []string{"breaker.open", "breaker.window"}},
		{"a breaker's ratio above the whole", breaker(Breaker{Ratio: 1.1}), []string{"breaker.failureRatio"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.cfg
			if diff := cmp.Diff(tt.want, wrongPaths(t, tt.cfg.Validate())); diff != "" {
				t.Errorf("wrong fields (-want +got):\n%s", diff)
			}
			if tt.cfg.Factor == tt.cfg.Factor && tt.cfg.Budget == nil {
				if diff := cmp.Diff(before, tt.cfg); diff != "" {
					t.Errorf("Validate changed what it validates:\n%s", diff)
				}
			}
		})
	}
}

func TestWordsAreReadAsTheyAreWritten(t *testing.T) {
	for b := None; b <= Exponential; b++ {
		var got Backoff
		if err := got.UnmarshalText([]byte(b.String())); err != nil || got != b {
			t.Errorf("%v is read as %v, %v", b, got, err)
		}
	}
	for j := NoJitter; j <= DecorrelatedJitter; j++ {
		var got Jitter
		if err := got.UnmarshalText([]byte(j.String())); err != nil || got != j {
			t.Errorf("%v is read as %v, %v", j, got, err)
		}
	}
	for c := OK; c < Causes; c++ {
		var got Cause
		err := got.UnmarshalText([]byte(c.String()))
		if retried := c != OK && c != Cancelled; retried != (err == nil) || (retried && got != c) {
			t.Errorf("%v is read as %v, %v", c, got, err)
		}
	}
	for r := HonourRetryAfter; r <= IgnoreRetryAfter; r++ {
		var got RetryAfter
		if err := got.UnmarshalText([]byte(r.String())); err != nil || got != r {
			t.Errorf("%v is read as %v, %v", r, got, err)
		}
	}
	for r := Scheduled; r <= NoBudget; r++ {
		if r.String() == "" {
			t.Errorf("reason %d has no name", r)
		}
	}
}
