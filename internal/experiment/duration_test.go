package experiment

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationsAreReadWithTheirUnits(t *testing.T) {
	const notATime = " is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'"
	tests := []struct {
		declared string
		want     time.Duration
		problem  string
	}{
		{`"150ms"`, 150 * time.Millisecond, ""},
		{`"2s"`, 2 * time.Second, ""},
		{`"1m30s"`, 90 * time.Second, ""},
		{`"2d"`, 48 * time.Hour, ""},
		{`"1d12h"`, 36 * time.Hour, ""},
		{`"1.5d"`, 36 * time.Hour, ""},
		{`".5s"`, 500 * time.Millisecond, ""},
		{`"3us"`, 3 * time.Microsecond, ""},
		{`"3µs"`, 3 * time.Microsecond, ""},
		{`"0s"`, 0, ""},
		{`"106751d23h47m16.854775807s"`, math.MaxInt64, ""},
		{`10`, 0, "10 has no unit; write '10s'"},
		{`-10`, 0, "-10 has no unit; write '-10s'"},
		{`"0"`, 0, "0 has no unit; write '0s'"},
		{`""`, 0, `""` + notATime},
		{`"."`, 0, `. has no unit; write '.s'`},
		{`"s"`, 0, `"s"` + notATime},
		{`".s"`, 0, `".s"` + notATime},
		{`"1.2.3s"`, 0, `"1.2.3s"` + notATime},
		{`"1m 30s"`, 0, `"1m 30s"` + notATime},
		{`" 2s"`, 0, `" 2s"` + notATime},
		{`"2s3"`, 0, `"2s3"` + notATime},
		{`"+2s"`, 0, `"+2s"` + notATime},
		{`"1m-2s"`, 0, `"1m-2s"` + notATime},
		{`"2w"`, 0, `"2w"` + notATime},
		{`"NaNs"`, 0, `"NaNs"` + notATime},
		{`"1e3s"`, 0, `"1e3s"` + notATime},
		{`true`, 0, "true" + notATime},
		{`["2s"]`, 0, "a list" + notATime},
		{`"-2s"`, 0, `"-2s" is negative; write a time such as '2s'`},
		{`"106752d"`, 0, `"106752d" is longer than 292 years`},
		{`"106751d24h"`, 0, `"106751d24h" is longer than 292 years`},
		{`"99999999999999999999s"`, 0, `"99999999999999999999s" is longer than 292 years`},
		{`"0.1ns"`, 0, `"0.1ns" is shorter than a nanosecond`},
	}
	for _, tt := range tests {
		got, err := duration(parsed(t, tt.declared))
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if problem != tt.problem || err == nil && got != tt.want {
			t.Errorf("%s: %v, %q, want %v, %q", tt.declared, got, problem, tt.want, tt.problem)
		}
	}
}

func TestADurationWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Min(0).Draw(t, "ns"))
		for _, s := range []string{want.String(), brief(want)} {
			got, err := duration(&node{shape: text, literal: s})
			if err != nil || got != want {
				t.Fatalf("%q is read as %v, %v, want %v", s, got, err, want)
			}
		}
	})
}

func TestDurationsAreWrittenBriefly(t *testing.T) {
	tests := map[time.Duration]string{
		0: "0s", 150 * time.Millisecond: "150ms", 70 * time.Second: "70s", 1500 * time.Millisecond: "1.5s",
		3 * time.Minute: "3m", 90 * time.Minute: "1h30m", 2 * time.Hour: "2h", time.Hour + time.Second: "1h0m1s",
		10 * time.Minute: "10m", 20 * time.Hour: "20h",
	}
	for d, want := range tests {
		if got := brief(d); got != want {
			t.Errorf("%d ns is written %q, want %q", d, got, want)
		}
	}
}
