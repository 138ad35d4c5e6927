package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gotest.tools/v3/golden"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func written(t *testing.T, r *Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJSONIsGolden(t *testing.T) {
	golden.Assert(t, string(written(t, friday())), "friday.json.golden")
}

func TestJSONIsTheSameEachTime(t *testing.T) {
	if !bytes.Equal(written(t, friday()), written(t, friday())) {
		t.Error("the same result gave different bytes")
	}
}

func TestJSONReadsBackAsItWas(t *testing.T) {
	want := friday()
	want.Add(of("often <&> \"so\"\n", experiment.Expect{}, verdict.Healthy, verdict.Collapsed, verdict.Invalid))
	want.BreakOff()
	got, err := Read(bytes.NewReader(written(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The names are those of DESIGN, "The CLI and the result". Others script
// against them: this list may grow, but nothing in it may change.
func TestJSONHasEveryFieldOfTheContract(t *testing.T) {
	var doc any
	if err := json.Unmarshal(written(t, friday()), &doc); err != nil {
		t.Fatal(err)
	}
	hasFields(t, doc, []contract{
		{"", "schema scenario engine seed started_at versions passed variants"},
		{"variants", "name expect passed probability runs"},
		{"variants.probability", "kind k n low high"},
		{"variants.runs", "seed verdict totals generator phases series faults"},
		{"variants.runs.verdict", "kind time_to_recover_s reason evidence"},
		{"variants.runs.totals", "sales attempts amplification completed lost duplicated misdated unsynced wasted_work_s"},
		{"variants.runs.generator", "lag_p99_s undelivered cpu_s"},
		{"variants.runs.phases", "name from_s to_s demand_per_s goodput_per_s attempts_per_sale p50_s p99_s"},
		{"variants.runs.series", "t_s demand attempts goodput errors queue unsynced"},
		{"variants.runs.faults", "kind node from_s to_s applied removed"},
	})
	if err := json.Unmarshal(written(t, layered()), &doc); err != nil {
		t.Fatal(err)
	}
	hasFields(t, doc, []contract{
		{"variants.runs.nodes", "name series totals"},
		{"variants.runs.links", "from to attempts amplification goodput series"},
	})
}

// contract is what an object of a result has at least.
type contract struct{ path, fields string }

func hasFields(t *testing.T, doc any, all []contract) {
	t.Helper()
	for _, c := range all {
		object := at(t, doc, c.path)
		for field := range strings.FieldsSeq(c.fields) {
			if _, ok := object[field]; !ok {
				t.Errorf("%s has no field %q", c.path, field)
			}
		}
	}
}

// at follows a path of field names, through the first element of each list.
func at(t *testing.T, doc any, path string) map[string]any {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		if name != "" {
			doc = doc.(map[string]any)[name]
		}
		if list, ok := doc.([]any); ok {
			doc = list[0]
		}
	}
	return doc.(map[string]any)
}

func TestJSONHasNoStartWhereTimeIsVirtual(t *testing.T) {
	got := string(written(t, New("s", "sim", math.MaxUint64, time.Time{})))
	if strings.Contains(got, "started_at") || !strings.Contains(got, `"seed": 18446744073709551615`) {
		t.Error(got)
	}
}

func TestReadRejectsWhatIsNoResult(t *testing.T) {
	whole := string(written(t, friday()))
	for _, tc := range []struct {
		name, in string
		want     error
		text     string
	}{
		{"empty", "", ErrEmpty, "empty"},
		{"blank", " \n", ErrEmpty, "empty"},
		{"cut short", whole[:len(whole)/2], ErrCutShort, "ends in the middle"},
		{"one byte short", strings.TrimSuffix(whole, "}\n"), ErrCutShort, "ends in the middle"},
		{"two results", whole + whole, ErrTrailing, "follows"},
		{"garbage behind", whole + "x", ErrTrailing, "follows"},
		{"another schema", strings.Replace(whole, Schema, "retrystorm.result/v2", 1), ErrSchema, `"retrystorm.result/v2"`},
		{"no schema", "{}", ErrSchema, Schema},
		{"no object", "[]", nil, "cannot read"},
		{"no JSON", "<html>", nil, "invalid character"},
		{"text for a number", strings.Replace(whole, `"seed": 42`, `"seed": "42"`, 1), nil, "seed"},
		{"unknown verdict", strings.Replace(whole, `"kind": "recovered"`, `"kind": "fine"`, 1), nil, `"fine"`},
		{"passed by hand", strings.Replace(whole, `"passed": true`, `"passed": false`, 1), ErrEdited, "passed: is false"},
		{"variant failed by hand", strings.Replace(whole, `      "passed": true`, `      "passed": false`, 1), ErrEdited, "passed: is true"},
		{"counted by hand", strings.Replace(whole, `"n": 1,`, `"n": 9,`, 1), ErrEdited, "variants[0].probability"},
		{"list cut by hand", strings.Replace(whole, `"t_s": [0,`, `"t_s": [`, 1), ErrEdited, "variants[0].runs[0].series"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := Read(strings.NewReader(tc.in))
			if err == nil {
				t.Fatalf("read %+v", r)
			}
			if tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("error %q; want %q", err, tc.want)
			}
			if !strings.Contains(err.Error(), tc.text) {
				t.Errorf("error %q does not mention %q", err, tc.text)
			}
		})
	}
}

func TestReadNeverTakesAPartOfAResult(t *testing.T) {
	whole := written(t, New("s", "sim", 1, time.Time{}))
	for n := range len(whole) - 1 {
		if _, err := Read(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("read the first %d of %d bytes", n, len(whole))
		}
	}
}

func TestReadPassesOverFieldsOfALaterVersion(t *testing.T) {
	whole := string(written(t, friday()))
	if _, err := Read(strings.NewReader(strings.Replace(whole, `"seed"`, `"later": {"x": 1}, "seed"`, 1))); err != nil {
		t.Error(err)
	}
}

func TestWriteJSONReportsAFigureThatJSONCannotCarry(t *testing.T) {
	r := friday()
	r.Variants[0].Runs[0].Series.Demand[0] = math.NaN()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err == nil || b.Len() > 0 {
		t.Errorf("error %v after %d bytes", err, b.Len())
	}
}

func TestLayingOutChangesNothingButSpace(t *testing.T) {
	scalar := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Float64Range(-1e9, 1e9), boxed), rapid.Map(rapid.String(), boxed))
	value := rapid.OneOf(scalar,
		rapid.Map(rapid.SliceOf(scalar), func(l []any) any { return l }),
		rapid.Map(rapid.MapOf(rapid.String(), scalar), func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOf(rapid.MapOf(rapid.String(), scalar)), func(l []map[string]any) any { return l }))
	rapid.Check(t, func(t *rapid.T) {
		compact, err := json.Marshal(rapid.MapOf(rapid.String(), value).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		var back bytes.Buffer
		if err := json.Compact(&back, layOut(compact)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(compact), back.String()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func boxed[T any](x T) any { return x }

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestJSONReportsAWriterThatFails(t *testing.T) {
	if err := friday().WriteJSON(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
