package experiment

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
)

// FuzzDecode holds that nothing makes Decode panic, that what it accepts is
// valid and always comes out the same, and that what it refuses is refused with
// a bounded list of messages that are safe to print.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		friday, small, with(friday, `"variants": {"a": {"judge": {"hold": null}}, "b": {"fleet": []}}`), `{"a":{"b":[1,{"c":null}]}}`,
		strings.Repeat("[", 40), `{"a":1,"a":2}`, `{"horizon":"1d12h","horizn":1e999}`, `{"name":"\ud800","variants":{"\u0000":1}}`,
		strings.Replace(small, `"workers": 4`, `"workers": "unbounded", "queue": {"limit": 0}, "slowdown": `+otherForms[1], 1),
		`{"timeline":[{"kind":"shed","at":"1s","for":"1s","share":"150%"},{"kind":"freeze","at":"1s","for":"1s"}],"horizon":"9s"}`,
		`{"timeline":[{"kind":"cpu","at":"1s","for":"1s","cpus":1e308},{}],"backend":{"nodes":[{"cpus":1}]},"horizon":"9s"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Decode(data)
		if err != nil {
			safe(t, err)
			return
		}
		if !json.Valid(data) {
			t.Errorf("accepted what is not JSON")
		}
		again, err := Decode(data)
		if diff := cmp.Diff(e, again); err != nil || diff != "" {
			t.Errorf("decoded again: %v (-first +second):\n%s", err, diff)
		}
		for _, v := range e.Variants {
			if err := v.Validate(); err != nil {
				t.Errorf("variant %q was accepted, but: %v", v.Name, err)
			}
			if from, to := v.Trigger(); from < 0 || to > v.Horizon || v.Terminals() < 1 || v.Terminals() > maxTerminals {
				t.Errorf("variant %q was accepted with a trigger from %v to %v and %d terminals", v.Name, from, to, v.Terminals())
			}
		}
	})
}

func safe(t *testing.T, err error) {
	t.Helper()
	var all field.List
	if !errors.As(err, &all) || len(all) == 0 || len(all) > maxProblems+1 {
		t.Fatalf("%d problems in %T", len(all), err)
	}
	for _, e := range all {
		if strings.IndexFunc(e.Error(), unicode.IsControl) >= 0 || len(e.Problem) > 4096 {
			t.Errorf("unfit to print: %q", e.Error())
		}
	}
}

// FuzzChange holds that no path and no value makes a change panic, that what is
// refused is told in messages that are safe to print, and that the plan which comes
// out is valid and the one of its patch.
func FuzzChange(f *testing.F) {
	for path, values := range changes {
		f.Add(path, values[0])
	}
	for _, path := range []string{"", ".", "[", "]", "[\"", "fleet[*]", "fleet.*.*", "fleet.-1", "fleet.99999999999999999999", `["fleet"][0].timeout`,
		"fleet.0x0", "a\x00b", "\xff", "backend.nodes.*.calls.*.to.0", "expect.recovered", "timeline.*.flap.on", "[\"\x10\"", "[']", "fleet['4.4.2']", "fleet.*.zones.*", "judge[\"\\x1b[2J\"]"} {
		f.Add(path, `{"a":[null,{"b":null}]}`)
	}
	f.Add("fleet.0.retry", `{"budget": {"ratio": 1e999}, "jitter": 3, "on": [null]}`)
	f.Add("timeline.0", strings.Repeat("[", 40))
	d, err := Open([]byte(shops))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, value string) {
		c := Change{path, json.RawMessage(value)}
		if field, err := d.Field("later", path); err != nil {
			safe(t, err)
		} else if again, err := d.Field("later", field.Path); err != nil || again.Path != field.Path {
			t.Errorf("%q is found as %q, and that as %q, %v", path, field.Path, again.Path, err)
		}
		patch, wrong := d.Patch("later", c)
		if wrong != nil {
			safe(t, wrong)
		} else if !json.Valid(patch) {
			t.Errorf("the patch is no JSON: %s", patch)
		}
		v, err := d.With("later", c)
		if err != nil {
			safe(t, err)
			return
		}
		if err := v.Validate(); err != nil {
			t.Errorf("accepted, but: %v", err)
		}
		e, err := Decode([]byte(with(friday, `"variants": {"later": `+string(patch)+`}`)))
		if err != nil {
			t.Fatalf("the patch %s is refused: %v", patch, err)
		}
		if diff := cmp.Diff(v, e.Variants[0]); diff != "" {
			t.Errorf("the patch %s (-With +Decode):\n%s", patch, diff)
		}
	})
}
