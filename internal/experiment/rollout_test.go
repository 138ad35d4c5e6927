package experiment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// updated declares two versions and a roll-out from the first to the second.
const updated = `{
  "name": "updated",
  "fleet": [
    {"cohort": "a", "terminals": 100, "sale": {"every": "1s"}, "timeout": "2s", "offline": {}},
    {"cohort": "b", "terminals": 0, "sale": {"every": "1s"}, "timeout": "2s", "offline": {}}
  ],
  "backend": {"nodes": [{"workers": 40, "service": {"mean": "100ms"}}]},
  "timeline": [{"kind": "rollout", "at": "20s", "for": "10s", "from": "a", "to": "b"}],
  "horizon": "60s"
}`

func TestRolloutLeadsFromACohortToAnother(t *testing.T) {
	tests := []struct {
		name, old, new string
		want           []string
	}{
		{"to a version that nobody runs yet", "", "", nil},
		{"to one that some run already", `"terminals": 0`, `"terminals": 5`, nil},
		{"from one that there is not", `"from": "a"`, `"from": "x"`, []string{"timeline[0].from: there is no cohort 'x'; write one of 'a', 'b'"}},
		{"to itself", `"to": "b"`, `"to": "a"`, []string{
			"fleet[1].terminals: must be how many terminals there are, from 1 to 1000000",
			"timeline[0].to: is the cohort that the terminals have already; write another",
		}},
		{"to one without a queue", `"timeout": "2s", "offline": {}}
  ]`, `"timeout": "2s"}]`, []string{
			"fleet[1].offline: is missing; timeline[0] brings it terminals that may have sales to sync, so declare it, if only as {}",
		}},
		{"and on from there", `"to": "b"}`, `"to": "b"}, {"kind": "rollout", "at": "20s", "for": "10s", "from": "b", "to": "a"}`, []string{
			"timeline[0].from: is a cohort that another roll-out leads to; terminals are updated once, so write the cohort that they begin with",
			"timeline[1].from: is a cohort that another roll-out leads to; terminals are updated once, so write the cohort that they begin with",
		}},
		{"from nowhere", `"from": "a", `, ``, []string{"timeline[0].from: is missing; write the name of the cohort whose terminals are updated"}},
		{"of a spike's field", `"to": "b"`, `"to": "b", "times": 3`, []string{"timeline[0].times: belongs to a spike or a diskDegraded, not to a rollout; leave it out"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(updated, tt.old, tt.new, 1)
			if text == updated && tt.old != "" {
				t.Fatalf("%q is not there", tt.old)
			}
			if diff := cmp.Diff(tt.want, problems(t, text)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
