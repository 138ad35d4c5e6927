package fakes

import (
	"testing"
	"time"
)

func TestWatchBearsSilenceForItsGrace(t *testing.T) {
	type look struct {
		at       time.Duration
		beat     bool
		orphaned bool
	}
	for name, looks := range map[string][]look{
		"no beat at all": {{1, false, false}, {2, false, false}, {4, false, false}, {5, false, false}, {6, false, true}},
		"beats go on":    {{3, true, false}, {6, true, false}, {9, true, false}, {12, false, false}},
		"beats end":      {{3, true, false}, {5, false, false}, {8, false, false}, {9, false, true}},
		"stopped: a full grace anew": {
			{3, true, false}, {60, false, false}, {62, false, false}, {65, false, false}, {66, false, true},
		},
		"stopped twice": {{1, false, false}, {60, false, false}, {120, false, false}, {123, true, false}, {126, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch{grace: 5 * time.Second}
			for _, l := range looks {
				at := l.at * time.Second
				if l.beat {
					w.beat(at)
				}
				if got := w.orphaned(at); got != l.orphaned {
					t.Errorf("at %v: orphaned %v", at, got)
				}
			}
		})
	}
}
