package phrase

import (
	"math"
	"testing"
)

func ptr[T any](x T) *T { return &x }

func TestFiguresAreWrittenForPeople(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(999), "999"}, {Count(1000), "1,000"}, {Count(12345), "12,345"},
		{Count(-1234567), "-1,234,567"}, {Counted(nil), "–"},
		{Multiple(ptr(4.1)), "4.1×"}, {Multiple(ptr(1.0)), "1.0×"}, {Multiple(ptr(9.96)), "10×"},
		{Multiple(ptr(1234.4)), "1,234×"}, {Multiple(ptr(1e300)), "1e+300×"}, {Multiple(nil), "–"},
		{PerSecond(298), "298/s"}, {PerSecond(4.25), "4.2/s"}, {PerSecond(4), "4/s"}, {PerSecond(0), "0/s"},
		{PerSecond(12345.6), "12,346/s"},
		{Share(ptr(0.62)), "62%"}, {Share(ptr(0.001)), "under 1%"}, {Share(ptr(0.0)), "0%"}, {Share(ptr(1.0)), "100%"}, {Share(nil), "–"}, {Share(ptr(math.Inf(1))), "–"}, {Share(ptr(math.MaxFloat64)), "–"},
		{Duration(0), "0 s"}, {Duration(1e-9), "1 µs"}, {Duration(0.00035), "350 µs"}, {Duration(0.0012), "1.2 ms"},
		{Duration(0.35), "350 ms"}, {Duration(0.9994), "999 ms"}, {Duration(0.9996), "1.0 s"}, {Duration(1.2), "1.2 s"},
		{Duration(9.96), "10 s"}, {Duration(119), "119 s"}, {Duration(120), "2 min"}, {Duration(125), "2 min 5 s"},
		{Duration(3599.6), "1 h"}, {Duration(12000), "3 h 20 min"}, {Duration(86400), "24 h"},
		{Duration(7200e6), "2e+06 h"}, {Duration(math.Inf(1)), "4.99e+304 h"}, {DurationOf(nil), "–"},
		{Clock(0), "00:00"}, {Clock(50), "00:50"}, {Clock(59.6), "01:00"}, {Clock(3599), "59:59"}, {Clock(5400), "1:30:00"},
		{Clock(86400), "24:00:00"}, {Clock(-5), "0 s"}, {Clock(1e300), Duration(1e300)},
	} {
		if tc.got != tc.want {
			t.Errorf("%q; want %q", tc.got, tc.want)
		}
	}
}
