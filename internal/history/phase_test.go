package history_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/history"
)

func TestPhasesLieAroundTheTrigger(t *testing.T) {
	const s = time.Second
	for name, tt := range map[string]struct {
		trigger history.Span
		bucket  time.Duration
		n       int
		want    []history.Phase
	}{
		"whole buckets":           {history.Span{From: 10 * s, To: 20 * s}, s, 100, []history.Phase{{"baseline", 0, 10}, {"trigger", 10, 20}, {"recovery", 20, 100}}},
		"parts of buckets":        {history.Span{From: 10*s + 1, To: 20*s + 1}, s, 30, []history.Phase{{"baseline", 0, 10}, {"trigger", 10, 21}, {"recovery", 21, 30}}},
		"within a bucket":         {history.Span{From: 5 * s, To: 6 * s}, 10 * s, 3, []history.Phase{{"trigger", 0, 1}, {"recovery", 1, 3}}},
		"no trigger":              {history.Span{}, s, 5, []history.Phase{{"baseline", 0, 5}}},
		"from the beginning":      {history.Span{To: 2 * s}, s, 3, []history.Phase{{"trigger", 0, 2}, {"recovery", 2, 3}}},
		"ended in the trigger":    {history.Span{From: 2 * s, To: 9 * s}, s, 4, []history.Phase{{"baseline", 0, 2}, {"trigger", 2, 4}}},
		"ended before it":         {history.Span{From: 20 * s, To: 30 * s}, s, 4, []history.Phase{{"baseline", 0, 4}}},
		"nothing recorded":        {history.Span{From: s, To: 2 * s}, s, 0, nil},
		"buckets of unknown size": {history.Span{From: s, To: 2 * s}, 0, 4, nil},
	} {
		h := history.History{Bucket: tt.bucket, Trigger: tt.trigger}
		if diff := cmp.Diff(tt.want, h.Phases(tt.n)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
