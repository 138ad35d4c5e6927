package experiment

import (
	"strings"
	"testing"
	"time"
)

func TestOutlineSaysWhetherTheDemandVaries(t *testing.T) {
	for text, want := range map[string]bool{
		``:                                false,
		`"zones": ["+1h"], "tenants": 5,`: false,
		`"hours": {"open": "0h", "close": "9h"},`: true,
		`"demand": [{"at": "0h", "times": 2}],`:   true,
	} {
		p := mustDecode(t, strings.Replace(small, `"cohort": "a",`, `"cohort": "a", `+text, 1)).Variants[0].Plan
		if got := p.Outline(time.Second).Varies; got != want {
			t.Errorf("with %s it varies: %v, want %v", text, got, want)
		}
	}
}
