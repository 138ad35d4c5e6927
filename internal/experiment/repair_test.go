package experiment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
)

func TestFaultWithoutAnEndEndsWhereItIsRepaired(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name     string
		timeline string
		want     []fault.Event
	}{
		{"never", `{"kind": "crash", "at": "9s", "endless": true}`,
			[]fault.Event{{Kind: fault.Crash, Node: "backend", At: 9 * s, For: 51 * s, Endless: true}}},
		{"replaced", `{"kind": "crash", "at": "9s", "endless": true}, {"kind": "replace", "at": "20s"}`,
			[]fault.Event{{Kind: fault.Crash, Node: "backend", At: 9 * s, For: 11 * s}, {Kind: fault.Replace, Node: "backend", At: 20 * s}}},
		{"restored in proportion to the data", `{"kind": "crash", "at": "9s", "endless": true}, {"kind": "restore", "at": "20s", "data": "30MB", "rate": "2MB"}`,
			[]fault.Event{
				{Kind: fault.Crash, Node: "backend", At: 9 * s, For: 26 * s},
				{Kind: fault.Restore, Node: "backend", At: 20 * s, Data: 30e6, Rate: 2e6},
			}},
		{"by what is done first", `{"kind": "crash", "at": "9s", "endless": true}, {"kind": "restore", "at": "20s", "data": "30MB", "rate": "2MB"}, {"kind": "replace", "at": "25s"}`,
			[]fault.Event{
				{Kind: fault.Crash, Node: "backend", At: 9 * s, For: 16 * s},
				{Kind: fault.Restore, Node: "backend", At: 20 * s, Data: 30e6, Rate: 2e6},
				{Kind: fault.Replace, Node: "backend", At: 25 * s},
			}},
		{"one after another", `{"kind": "crash", "at": "9s", "endless": true}, {"kind": "replace", "at": "20s"}, {"kind": "crash", "at": "30s", "endless": true}, {"kind": "replace", "at": "35s"}`,
			[]fault.Event{
				{Kind: fault.Crash, Node: "backend", At: 9 * s, For: 11 * s}, {Kind: fault.Replace, Node: "backend", At: 20 * s},
				{Kind: fault.Crash, Node: "backend", At: 30 * s, For: 5 * s}, {Kind: fault.Replace, Node: "backend", At: 35 * s},
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mustDecode(t, with(small, `"timeline": [`+tt.timeline+`]`)).Variants[0].Timeline
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("timeline (-want +got):\n%s", diff)
			}
		})
	}
}
