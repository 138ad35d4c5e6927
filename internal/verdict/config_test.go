package verdict

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
)

func TestValidateReportsEveryWrongField(t *testing.T) {
	wrong := Config{
		Window: -1, Hold: -1, Warmup: -1, Within: -1, Lag: -1,
		Goodput: 1.1, Amplification: 0.9, Latency: math.NaN(), Undelivered: -0.1, CPU: field.Ratio(math.NaN()),
	}
	var list field.List
	if !errors.As(wrong.Validate(), &list) {
		t.Fatalf("%v is no field.List", wrong.Validate())
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Path)
	}
	want := []string{"hold", "window", "warmup", "within", "lag", "goodput", "undelivered", "cpu", "amplification", "latency"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestValidateAcceptsTheDefaults(t *testing.T) {
	for _, c := range []Config{{}, Config{}.WithDefaults(300)} {
		if err := c.Validate(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestWithDefaultsFillsOnlyWhatIsZero(t *testing.T) {
	declared := Config{Window: 3 * time.Second, Hold: 7, Warmup: time.Second, Goodput: 0.8, Amplification: 2,
		Latency: 9, Within: time.Minute, Lag: time.Second, Undelivered: 0.5, CPU: 0.4}
	if diff := cmp.Diff(declared, declared.WithDefaults(300)); diff != "" {
		t.Errorf("declared fields changed:\n%s", diff)
	}
	want := Config{Window: time.Second, Hold: 5, Goodput: 0.9, Amplification: 1.5, Latency: 5,
		Lag: 100 * time.Millisecond, Undelivered: 0.001, CPU: 0.9}
	if diff := cmp.Diff(want, Config{}.WithDefaults(300)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTheDefaultWindowHoldsAHundredSales(t *testing.T) {
	for demand, want := range map[float64]time.Duration{
		0: time.Second, -1: time.Second, math.NaN(): time.Second, math.Inf(1): time.Second,
		1000: time.Second, 100: time.Second, 50: 2 * time.Second, 5: 20 * time.Second, 1e-9: 24 * time.Hour,
	} {
		if got := (Config{}).WithDefaults(demand).Window; got != want {
			t.Errorf("at %v sales/s: %v, want %v", demand, got, want)
		}
	}
}
