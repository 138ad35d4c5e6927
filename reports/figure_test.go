package reports

import "testing"

func TestFiguresAreWrittenForPeople(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1000), "1,000"}, {count(12345), "12,345"},
		{count(-1234567), "-1,234,567"}, {counted(nil), "–"},
		{multiple(ptr(4.1)), "4.1×"}, {multiple(ptr(1.0)), "1.0×"}, {multiple(ptr(9.96)), "10×"},
		{multiple(ptr(1234.4)), "1,234×"}, {multiple(ptr(1e300)), "1e+300×"}, {multiple(nil), "–"},
		{perSecond(298), "298/s"}, {perSecond(4.25), "4.2/s"}, {perSecond(4), "4/s"}, {perSecond(0), "0/s"},
		{perSecond(12345.6), "12,346/s"},
		{share(ptr(0.62)), "62%"}, {share(ptr(0.001)), "under 1%"}, {share(ptr(0.0)), "0%"}, {share(ptr(1.0)), "100%"}, {share(nil), "–"},
		{duration(0), "0 s"}, {duration(1e-9), "1 µs"}, {duration(0.00035), "350 µs"}, {duration(0.0012), "1.2 ms"},
		{duration(0.35), "350 ms"}, {duration(0.9994), "999 ms"}, {duration(0.9996), "1.0 s"}, {duration(1.2), "1.2 s"},
		{duration(9.96), "10 s"}, {duration(119), "119 s"}, {duration(120), "2 min"}, {duration(125), "2 min 5 s"},
		{duration(3599.6), "1 h"}, {duration(12000), "3 h 20 min"}, {duration(86400), "24 h"},
		{durationOf(nil), "–"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q; want %q", tc.got, tc.want)
		}
	}
}
