package verdict

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJudgeGivesEachLabelledHistoryItsVerdict(t *testing.T) {
	for _, s := range stories(t) {
		t.Run(s.name, func(t *testing.T) {
			v := Judge(&s.history, s.judge)
			got := map[string]string{
				"":           v.Kind.String(),
				"_ttr":       v.TimeToRecover.String(),
				"_sustained": v.Evidence.Sustained,
			}
			want := map[string]string{}
			for word, w := range s.want {
				if word != "_reason" {
					want[word] = w
				} else if !strings.Contains(v.Reason, w) {
					t.Errorf("the reason %q does not contain %q", v.Reason, w)
				}
			}
			for word := range got {
				if _, asked := want[word]; !asked {
					delete(got, word)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s\nreason: %s", diff, v.Reason)
			}
			t.Log(v.Reason)
		})
	}
}

func TestEveryKindHasALabelledHistory(t *testing.T) {
	seen := map[string]int{}
	for _, s := range stories(t) {
		seen[s.want[""]]++
	}
	for _, k := range kinds {
		if seen[k] < 2 {
			t.Errorf("%d labelled histories are %s; want 2 or more", seen[k], k)
		}
	}
}
