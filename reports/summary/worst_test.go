package summary

import (
	"testing"

	"github.com/retrystorm/retrystorm/reports"
)

func TestWorstFigureIsWordedForPeople(t *testing.T) {
	some := reports.Probability{K: 1, N: 2}
	for _, tc := range []struct {
		gate reports.Gate
		want string
	}{
		{reports.Gate{Name: "time_to_recover", Probability: some, Worst: ptr(75.0)}, "75 s"},
		{reports.Gate{Name: "time_to_recover", Probability: some}, "never"},
		{reports.Gate{Name: "amplification", Probability: some, Worst: ptr(4.1)}, "4.1×"},
		{reports.Gate{Name: "lost", Probability: reports.Probability{Invalid: 2}}, "–"},
	} {
		if got := Worst(&tc.gate); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.gate, got, tc.want)
		}
	}
}
