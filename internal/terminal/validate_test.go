package terminal

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// valid declares no more than must be.
func valid() Config {
	return Config{Cohort: "a", Terminals: 1, Timeout: time.Second, Sale: Sale{Every: time.Second}}
}

func TestValidateNamesEveryWrongField(t *testing.T) {
	const ever = longest + 1
	offline := func(o Offline) func(*Config) { return func(c *Config) { c.Offline = &o } }
	tests := []struct {
		name   string
		change func(*Config)
		want   []string
	}{
		{"the least", func(*Config) {}, nil},
		{"nothing", func(c *Config) { *c = Config{} }, []string{"terminals", "sale.every", "timeout"}},
		{"negative all over", func(c *Config) {
			*c = Config{Terminals: -1, Timeout: -1, Sale: Sale{Every: -1, Deadline: -1}, Connections: Connections{Pool: -1}}
		}, []string{"terminals", "sale.every", "sale.deadline", "timeout", "connections.pool"}},
		{"too many", func(c *Config) { c.Terminals = 1_000_001 }, []string{"terminals"}},
		{"too often", func(c *Config) { c.Sale.Every = time.Millisecond - 1 }, []string{"sale.every"}},
		{"longer than times can be added", func(c *Config) {
			c.Timeout, c.Sale.Deadline, c.Offline = ever, ever, &Offline{After: ever, Pace: ever}
		}, []string{"sale.deadline", "timeout", "offline.after", "offline.pace"}},
		{"a year", func(c *Config) { c.Timeout, c.Sale.Deadline = longest, longest }, nil},
		{"its retry", func(c *Config) { c.Retry.Parallel = -1 }, []string{"retry.parallel"}},
		{"an offline queue by default", offline(Offline{}), nil},
		{"an offline queue of negatives", offline(Offline{Capacity: -1, After: -1, Pace: -1}),
			[]string{"offline.capacity", "offline.after", "offline.pace"}},
		{"syncs at once in order", offline(Offline{Parallel: 2}), []string{"offline.order"}},
		{"syncs at once in any order", offline(Offline{Parallel: 100, Order: AnyOrder}), nil},
		{"too many syncs", offline(Offline{Parallel: 101, Order: AnyOrder}), []string{"offline.parallel"}},
		{"more tenants than terminals", func(c *Config) { c.Tenants = 2 }, []string{"tenants"}},
		{"shops that never open", func(c *Config) { c.Hours = &Hours{Open: 9 * time.Hour, Close: 9 * time.Hour} }, []string{"hours.close"}},
		{"hours out of the day", func(c *Config) {
			c.Hours = &Hours{Open: day, Close: day + 1, ClosedDays: []int{31, -1, 32}}
		}, []string{"hours.open", "hours.close", "hours.closedDays[1]", "hours.closedDays[2]"}},
		{"zones that there are not", func(c *Config) { c.Zones = []Zone{widest, -widest, widest + 1, -widest - 1} }, []string{"zones[2]", "zones[3]"}},
		{"no demand at all", func(c *Config) { c.Demand = []fault.Point{{Times: 0}} }, []string{"demand"}},
		{"a wrong point", func(c *Config) { c.Demand = []fault.Point{{Times: 1}, {At: -1, Times: 1}} }, []string{"demand[1].at"}},
		{"demand only while the shop is closed", func(c *Config) {
			c.Hours = &Hours{Open: 9 * time.Hour, Close: 17 * time.Hour}
			c.Demand = []fault.Point{{At: time.Hour, Times: 1}, {At: 9 * time.Hour, Times: 0}, {At: 17 * time.Hour, Times: 1}}
		}, []string{"demand"}},
		{"what a sync cannot have", offline(Offline{Retry: retry.Config{
			Backoff: retry.Immediate, Parallel: 2, Budget: &retry.Budget{Ratio: 1}, Breaker: &retry.Breaker{},
		}}), []string{"offline.retry.budget", "offline.retry.breaker", "offline.retry.parallel"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := valid()
			tt.change(&c)
			var got []string
			if err := c.Validate(); err != nil {
				var list field.List
				if !errors.As(err, &list) {
					t.Fatalf("%v is no field.List", err)
				}
				for _, e := range list {
					got = append(got, e.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("wrong fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDefaultsAreFilledInOnceAndShareNothing(t *testing.T) {
	c := valid()
	c.Offline = &Offline{After: 2 * time.Minute, Retry: retry.Config{RetryAfter: retry.IgnoreRetryAfter}}
	got := c.WithDefaults()
	want := c
	want.Sale.Deadline = 30 * time.Second
	want.Offline = &Offline{Capacity: 10_000, After: 2 * time.Minute, Retry: retry.Config{
		Backoff: retry.Exponential, Base: 2 * time.Minute, Cap: 2 * time.Minute, Jitter: retry.FullJitter,
		MaxAttempts: field.Unbounded, RetryAfter: retry.IgnoreRetryAfter,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, got.WithDefaults()); diff != "" {
		t.Errorf("defaults of defaults (-want +got):\n%s", diff)
	}
	if c.Offline.Capacity != 0 {
		t.Error("the declaration has changed")
	}
	if err := got.Validate(); err != nil {
		t.Errorf("the defaults are not valid: %v", err)
	}
}

func TestWordsAreReadAsTheyAreWritten(t *testing.T) {
	for c := CloseConnection; c <= RunOn; c++ {
		var got Cancellation
		if err := got.UnmarshalText([]byte(c.String())); err != nil || got != c {
			t.Errorf("%v is read as %v, %v", c, got, err)
		}
	}
	for a := Poisson; a <= Regular; a++ {
		var got Arrival
		if err := got.UnmarshalText([]byte(a.String())); err != nil || got != a {
			t.Errorf("%v is read as %v, %v", a, got, err)
		}
	}
}
