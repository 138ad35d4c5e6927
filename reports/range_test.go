package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/race"
)

// figures calls visit for each figure of a document, with its path and a way to
// put another in its place; of a list of figures for the last only, which no
// check can have seen by chance.
func figures(doc any, path string, visit func(path string, was any, set func(any))) {
	switch v := doc.(type) {
	case map[string]any:
		for name, part := range v {
			inner := field.Join(path, name)
			if isFigure(part) {
				visit(inner, part, func(x any) { v[name] = x })
			}
			figures(part, inner, visit)
		}
	case []any:
		for i, part := range v {
			inner := field.At(path, i)
			if isFigure(part) && i == len(v)-1 {
				visit(inner, part, func(x any) { v[i] = x })
			}
			figures(part, inner, visit)
		}
	}
}

func isFigure(v any) bool {
	switch v.(type) {
	case int64, float64, uint64:
		return true
	}
	return false
}

// The schema has the ranges, and reading holds to it: what is out of range is
// refused wherever it stands, by its path and with what would be right.
func TestAFigureOutOfRangeIsRefusedByItsPath(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range []*Result{judgedByGates(), layered()} {
		refusesOutOfRange(t, r, seen)
	}
	for _, path := range []string{
		"seed", "variants[0].probability.low", "variants[0].runs[3].totals.pending", "variants[0].runs[0].phases[2].p99_s",
		"variants[0].runs[0].nodes[2].totals.worked_s", "variants[0].runs[0].nodes[2].series.queue[11]",
		"variants[0].runs[0].links[1].outcomes.ok", "variants[0].runs[0].links[1].phases[2].attempts_per_sale",
	} {
		if !seen[path] {
			t.Errorf("%s was not tried", path)
		}
	}
	t.Logf("%d figures", len(seen))
}

func refusesOutOfRange(t *testing.T, r *Result, seen map[string]bool) {
	t.Helper()
	for i, tc := range []struct {
		figure any
		right  string
	}{{-5, "is -5; must be at least 0"}, {-1e300, "must be at least 0"}, {1e300, "must be at most "}, {json.Number("1e999"), "must be a "}} {
		doc := parsed(written(t, r), false)
		figures(doc, "", func(path string, was any, set func(any)) {
			seen[path] = true
			if race.Enabled && (len(path)+i)%20 != 0 {
				return // a twentieth; without the detector all
			}
			set(tc.figure)
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			set(was)
			_, err = Read(bytes.NewReader(text))
			if !errors.Is(err, ErrMisfit) || !strings.Contains(err.Error(), "\n"+path+": ") || !strings.Contains(err.Error(), tc.right) {
				t.Errorf("%s of %v: %v", path, tc.figure, err)
			}
		})
	}
}

func TestAWholeNumberIsWrittenAsOne(t *testing.T) {
	text := strings.Replace(string(written(t, friday())), `"seed": 42`, `"seed": 42.0`, 1)
	_, err := Read(strings.NewReader(text))
	if !errors.Is(err, ErrMisfit) || !strings.Contains(err.Error(), "\nseed: is a number 42.0; must be written as a whole number, without point and exponent") {
		t.Error(err)
	}
}
