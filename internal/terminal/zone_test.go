package terminal

import (
	"testing"
	"time"
)

func TestOffsetsAreReadWithTheirSigns(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"+10h": 10 * time.Hour, "-3h30m": -210 * time.Minute, "5h": 5 * time.Hour, "0h": 0, "-15h": -15 * time.Hour,
	} {
		var z Zone
		if err := z.DecodeValue(text); err != nil || time.Duration(z) != want {
			t.Errorf("%q is %v, %v; want %v", text, z, err, want)
		}
	}
	for _, v := range []any{"", "10", "h", 10.0, true, "+1d"} {
		var z Zone
		if err := z.DecodeValue(v); err == nil || z != 0 {
			t.Errorf("%v is %v, want an error", v, z)
		}
	}
	if got := Zone(time.Hour).String() + Zone(-time.Hour).String(); got != "+1h0m0s-1h0m0s" {
		t.Errorf("written %s", got)
	}
}
