package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// edited replaces one piece of a text, which must be there.
func edited(t *testing.T, text, old, with string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not there to be edited", old)
	}
	return strings.Replace(text, old, with, 1)
}

func TestReadNamesEachFieldThatDoesNotFit(t *testing.T) {
	text := string(written(t, results()["gated"]))
	for _, tc := range []struct{ old, with, want string }{
		{`"seed": 42,`, `"seed": "42",`, `seed: is "42"; must be a whole number`},
		{`"seed": 42,`, `"seed": 4.2,`, `seed: is 4.2; must be a whole number`},
		{`"seed": 42,`, `"seed": -1,`, `seed: is -1; must be at least 0`},
		{`"seed": 42,`, `"seed": 1e400,`, `seed: is "1e400"; must be a whole number`},
		{`"seed": 42,`, ``, `seed: is missing`},
		{"\"passed\": false,\n  \"runs\"", "\"passed\": 1,\n  \"runs\"", `passed: is 1; must be true or false`},
		{`"started_at": "2026`, `"started_at": "in 2026`, `started_at: is "in 2026-03-06T16:30:00.123Z"; must be a date-time, such as 2026-03-06T16:30:00Z`},
		{`"versions": {`, `"versions": {"a b\n": 1,`, `versions["a b\n"]: is 1; must be a text`},
		{`"high": 1`, `"high": 1.5`, `variants[0].probability.high: is 1.5; must be at most 1`},
		{`"kind": "collapsed",
            "time`, `"kind": "fine",
            "time`, `variants[0].runs[0].verdict.kind: is "fine"; must be one of 'invalid', 'healthy', 'recovered', 'degraded', 'collapsed', 'overloaded'`},
		{`"phases": [`, `"phases": [null, `, `variants[0].runs[0].phases[0]: is null; must be an object`},
		{`"unsynced": [0,0,0,120`, `"unsynced": [0,0,0,1.5`, `variants[0].runs[0].series.unsynced[3]: is 1.5; must be a whole number`},
		{`"queue": [0,`, `"queue": ["0",`, `variants[0].runs[0].series.queue[0]: is "0"; must be a whole number or null`},
		{`"t_s": [0,`, `"t_s": [null,`, `variants[0].runs[0].series.t_s[0]: is null; must be a number`},
		{`"rejected": [0,`, `"rejected": [true,`, `variants[0].runs[0].series.errors_by.rejected[0]: is true; must be a number`},
		{`"worst": null,`, `"worst": {},`, `variants[2].gates[0].worst: is an object; must be a number or null`},
		{`"declaration": {`, `"declaration": 1, "x": {`, `declaration: is 1; must be an object`},
	} {
		_, err := Read(strings.NewReader(edited(t, text, tc.old, tc.with)))
		if !errors.Is(err, ErrMisfit) {
			t.Errorf("%s for %s: %v", tc.with, tc.old, err)
			continue
		}
		if diff := cmp.Diff(ErrMisfit.Error()+"\n"+tc.want, err.Error()); diff != "" {
			t.Errorf("%s for %s (-want +got):\n%s", tc.with, tc.old, diff)
		}
	}
}

func TestReadNamesWrongFieldsInTheirOrder(t *testing.T) {
	r := friday()
	for range 11 {
		r.Variants[0].Runs = append(r.Variants[0].Runs, r.Variants[0].Runs[0])
	}
	text := strings.ReplaceAll(string(written(t, r)), `"cores": 2`, `"cores": -2`)
	text = strings.ReplaceAll(text, `"node":"api",`, ``)
	_, err := Read(strings.NewReader(text))
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprintf("variants[0].runs[%d].faults[0].node: is missing", i),
			fmt.Sprintf("variants[0].runs[%d].generator.cores: is -2; must be at least 0", i))
	}
	want = append(want, "and 6 more")
	if err == nil {
		t.Fatal("was read")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")[1:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The parser is as good as that of the standard library, only faster.
func TestParserGivesWhatTheStandardLibraryGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.MarshalIndent(anyValue(3).Draw(t, "value"), "", rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(parsed(text, false))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(again, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func anyValue(depth int) *rapid.Generator[any] {
	scalar := rapid.OneOf(
		rapid.SampledFrom([]any{nil, true, false, `"\`, "\u2028é\x00", ""}),
		rapid.Map(rapid.Float64Range(-1e300, 1e300), boxed), rapid.Map(rapid.Int64(), boxed), rapid.Map(rapid.String(), boxed))
	if depth == 0 {
		return scalar
	}
	inner := anyValue(depth - 1)
	return rapid.OneOf(scalar, rapid.Map(rapid.SliceOfN(inner, 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.String(), inner, 0, 4), func(m map[string]any) any { return m }))
}

func TestThinListKeepsTheEndsOfEachSort(t *testing.T) {
	got := parsed([]byte(`{"a": [1, 2.5, null, 3, null, 4e1, "x", "x", [], [1, 1], true, true]}`), true)
	want := map[string]any{"a": []any{"x", "x", []any{}, []any{int64(1), int64(1)}, true, true, int64(1), int64(3), 2.5, 40.0, nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
