package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
)

func mustOpen(t testing.TB, data string) *Declaration {
	t.Helper()
	d, err := Open([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shops declares two variants, one of which has a list of its own.
var shops = with(friday, `"variants": {
	"as it happened": {"expect": "recovered"},
	"later": {"timeline": [{"kind": "spike", "at": "40s", "for": "5s", "times": 2}], "horizon": "4m", "gate": null,
		"expect": "healthy", "judge": {"hold": null, "window": "2s"}}
}`)

func TestAChangeShowsInThePlan(t *testing.T) {
	d := mustOpen(t, shops)
	tests := []struct {
		name string
		path string
		val  string
		got  func(p *Plan) any
		want any
	}{
		{"a field", "fleet.0.timeout", `"1.5s"`, func(p *Plan) any { return p.Fleet[0].Timeout }, 1500 * time.Millisecond},
		{"by brackets", "fleet[0].timeout", `"1.5s"`, func(p *Plan) any { return p.Fleet[0].Timeout }, 1500 * time.Millisecond},
		{"by the name of a node", "backend.nodes.db-1.workers", `7`, func(p *Plan) any { return int(p.Backend.Nodes[1].Workers) }, 7},
		{"by the name of a cohort", `fleet["4.4.2"].terminals`, `7`, func(p *Plan) any { return p.Fleet[1].Terminals }, 7},
		{"by a name in single quotes", `fleet['4.4.2'].terminals`, `7`, func(p *Plan) any { return p.Fleet[1].Terminals }, 7},
		{"by the name of a name", `backend.names.pos.cache.to`, `"2m"`, func(p *Plan) any { return p.Backend.Names[0].Cache.To }, 2 * time.Minute},
		{"all cohorts", "fleet.*.terminals", `1007`, func(p *Plan) any { return p.Terminals() }, 2014},
		{"an object that was not there", "fleet.1.retry.breaker.open", `"9s"`, func(p *Plan) any { return p.Fleet[1].Retry.Breaker.Open }, 9 * time.Second},
		{"an object in place of another", "fleet.0.retry.budget", `{"ratio": 0.3}`, func(p *Plan) any { return p.Fleet[0].Retry.Budget.Tokens }, 0.0},
		{"a field less", "fleet.0.retry.budget", `null`, func(p *Plan) any { return p.Fleet[0].Retry.Budget == nil }, true},
		{"a field less that is not there", "fleet.1.retry.budget.ratio", `null`, func(p *Plan) any { return p.Fleet[1].Retry.Budget == nil }, true},
		{"an element less", "timeline.0", `null`, func(p *Plan) any { return len(p.Timeline) }, 12},
		{"no elements", "timeline.*", `null`, func(p *Plan) any { return len(p.Timeline) }, 0},
		{"a whole list", "timeline", `[]`, func(p *Plan) any { return len(p.Timeline) }, 0},
		{"a word of a list", "fleet.0.retry.on.1", `"refused"`, func(p *Plan) any { return fmt.Sprint(p.Fleet[0].Retry.On) }, "[timeout refused]"},
		{"a null within", "fleet.0.retry.breaker", `{"calls": 3, "open": null}`, func(p *Plan) any { return p.Fleet[0].Retry.Breaker.Open }, time.Duration(0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := d.With("as it happened", Change{tt.path, json.RawMessage(tt.val)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tt.got(&v.Plan)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangesAreMadeInTheirOrder(t *testing.T) {
	d := mustOpen(t, shops)
	v, err := d.With("later", Change{"timeline.0.times", json.RawMessage(`3`)}, Change{"timeline.0.times", json.RawMessage(`4`)},
		Change{"fleet.1.retry", json.RawMessage(`{"backoff": "constant", "base": "1s"}`)}, Change{"fleet.1.retry.base", json.RawMessage(`"2s"`)})
	if err != nil || v.Timeline[0].Times != 4 || v.Fleet[1].Retry.Base != 2*time.Second {
		t.Errorf("%v: %v times, %v", err, v.Timeline[0].Times, v.Fleet[1].Retry.Base)
	}
	if again, _ := d.With("later"); again.Timeline[0].Times != 2 {
		t.Errorf("the change of one variant is in another: %v", again.Timeline[0].Times)
	}
}

func TestAWrongChangeIsToldByItsPath(t *testing.T) {
	d := mustOpen(t, shops)
	tests := []struct{ path, value, want string }{
		{"fleet.0.timeuot", `1`, "fleet[0].timeuot: unknown field; did you mean 'timeout'?"},
		{"terminals", `1`, "terminals: unknown field; did you mean 'fleet.*.terminals'?"},
		{"timeline.0.hold", `1`, "timeline[0].hold: unknown field; write one of 'kind', "},
		{"fleet.2.timeout", `1`, "fleet: there is no element '2'; it has 2, of which the first is 0 and the last 1"},
		{"fleet.-1.timeout", `1`, "fleet: there is no element '-1'; it has 2"},
		{"backend.nodes.db1.workers", `1`, "backend.nodes: there is no element 'db1'; did you mean 'db-1'?"},
		{"timeline.spike.times", `1`, "timeline: 'spike' is no element; write an index from 0 to 0, or * for each"},
		{"fleet.0.zones.2", `"+1h"`, "fleet[0].zones: there is no element '2'"},
		{"fleet.1.zones.*", `"+1h"`, "fleet[1].zones: has no elements, so there is no '*'; declare the list as a whole"},
		{"fleet.0.timeout.seconds", `1`, "fleet[0].timeout: is a time such as '2s' and has no parts; end the path there"},
		{"fleet.0.timeout", `2`, "fleet[0].timeout: 2 has no unit; write '2s'"},
		{"fleet.0.timeout", `"0s"`, "fleet[0].timeout: "},
		{"fleet.0", `[1`, "fleet.0: is not JSON at byte "},
		{"fleet.0", `{"a":1,"a":2}`, "fleet.0.a: is declared twice; leave one out"},
		{"", `1`, `"" is no path: a step of it is empty; write one such as fleet.0.timeout`},
		{"fleet..timeout", `1`, `"fleet..timeout" is no path: a step of it is empty`},
		{"fleet[0", `1`, `"fleet[0" is no path: there is no ] where one should be`},
		{`fleet["a"x`, `1`, `"fleet[\"a\"x" is no path: there is no ] after a name in quotes`},
		{strings.Repeat("a.", 40) + "a", `1`, "is no path: it has more than 32 steps"},
		{strings.Repeat("a", 2000), `1`, "is no path: it is 2000 bytes long, and at most 1024 are read"},
		{"variants", `{}`, "variants: unknown field; write one of 'fleet', "},
	}
	for _, tt := range tests {
		_, err := d.With("later", Change{tt.path, json.RawMessage(tt.value)})
		var all field.List
		if !errors.As(err, &all) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s = %s fails with\n%v, want\n%s", tt.path, tt.value, err, tt.want)
		}
	}
	if _, err := d.With("latter"); !errors.Is(err, ErrNoVariant) || !strings.Contains(err.Error(), "did you mean 'later'?") {
		t.Errorf("a variant that is not there: %v", err)
	}
	if _, err := d.Patch("latter"); !errors.Is(err, ErrNoVariant) {
		t.Errorf("the patch of a variant that is not there: %v", err)
	}
}

func TestNoChangeGivesTheVariantItself(t *testing.T) {
	for _, data := range []string{small, friday, shops} {
		d := mustOpen(t, data)
		if diff := cmp.Diff(data, string(d.Text())); diff != "" {
			t.Errorf("the text differs (-want +got):\n%s", diff)
		}
		for _, want := range d.Experiment().Variants {
			got, err := d.With(want.Name)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", want.Name, err, diff)
			}
		}
	}
}

// paths and values of changes, most of them right.
var changes = map[string][]string{
	"fleet.0.timeout":             {`"1s"`, `"900ms"`, `null`},
	"fleet.*.terminals":           {`10`, `1000`, `2000`},
	"fleet.1.retry":               {`{"backoff": "constant", "base": "1s", "budget": {"ratio": 0.1, "tokens": null}}`, `null`, `{}`},
	"fleet.1.retry.budget":        {`null`, `{"ratio": "5%"}`, `{}`},
	"fleet.1.offline":             {`null`, `{"pace": "1s"}`},
	"fleet[0].retry.breaker.open": {`"7s"`, `null`},
	"backend.nodes.api.queue":     {`null`, `{"limit": 600}`, `{"limit": "unbounded", "overflow": null}`},
	"backend.nodes.*.workers":     {`4`, `"unbounded"`},
	"backend.records":             {`null`, `9`},
	"judge":                       {`null`, `{}`, `{"hold": 7}`, `{"hold": null}`},
	"judge.window":                {`null`, `"3s"`},
	"gate.nothingLost":            {`false`, `null`},
	"gate":                        {`null`, `{"nothingLost": true}`},
	"timeline":                    {`null`, `[]`, `[{"kind": "spike", "at": "40s", "for": "5s", "times": 2, "cohort": null}]`},
	"timeline.0":                  {`null`},
	"timeline.0.times":            {`5`, `null`},
	"horizon":                     {`"5m"`},
	"expect":                      {`["healthy", "degraded"]`, `{"recovered": {"atLeast": 0.9}}`, `null`},
}

// An independent merge patch, over maps, must come to the same as With.
func TestThePatchMakesTheSamePlan(t *testing.T) {
	names := []string{"as it happened", "later"}
	d := mustOpen(t, shops)
	var base map[string]any
	if err := json.Unmarshal([]byte(shops), &base); err != nil {
		t.Fatal(err)
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		var made []Change
		variant := rapid.SampledFrom(names).Draw(t, "variant")
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			path := rapid.SampledFrom(slices.Sorted(maps.Keys(changes))).Draw(t, "path")
			made = append(made, Change{path, json.RawMessage(rapid.SampledFrom(changes[path]).Draw(t, "value"))})
		}
		patch, err := d.Patch(variant, made...)
		want, refused := d.With(variant, made...)
		if err != nil {
			if refused == nil {
				t.Fatalf("With accepts %s, of which Patch says: %v", made, err)
			}
			return
		}
		whole := maps.Clone(base)
		whole["variants"] = map[string]any{variant: json.RawMessage(patch)}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, merged := range [][]byte{text, over(t, base, patch)} {
			e, err := Decode(merged)
			if (err == nil) != (refused == nil) {
				t.Fatalf("%s: With says %v, Decode of\n%s\nsays %v", made, refused, merged, err)
			}
			if err != nil {
				continue
			}
			accepted++
			if diff := cmp.Diff(want.Plan, e.Variants[0].Plan); diff != "" {
				t.Fatalf("%s: the patch %s (-With +Decode):\n%s", made, patch, diff)
			}
		}
	})
	if accepted == 0 {
		t.Error("no changes were accepted")
	}
}

// over merges a patch into a base and gives the JSON of it, without variants.
func over(t *rapid.T, base map[string]any, patch json.RawMessage) []byte {
	var p any
	if err := json.Unmarshal(patch, &p); err != nil {
		t.Fatal(err)
	}
	merged, _ := patched(base, p).(map[string]any)
	delete(merged, "variants")
	out, err := json.Marshal(merged)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// patched is the algorithm of RFC 7396, section 2, to the letter.
func patched(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out := map[string]any{}
	if old, ok := target.(map[string]any); ok {
		maps.Copy(out, old)
	}
	for name, v := range p {
		if v == nil {
			delete(out, name)
		} else {
			out[name] = patched(out[name], v)
		}
	}
	return out
}

func TestThePatchOfNoChangeIsTheVariants(t *testing.T) {
	d := mustOpen(t, with(small, `"variants": {"a": {"horizon": "60s", "fleet": [{"cohort": "<b>", "terminals": 99, "sale": {"every": "1s"}, "timeout": "2s"}], "gate": {"nothingLost": true}}}`))
	got, err := d.Patch("a", Change{"gate", nil})
	want := `{"fleet":[{"cohort":"<b>","terminals":99,"sale":{"every":"1s"},"timeout":"2s"}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := mustOpen(t, small).Patch(AsDeclared); string(got) != "{}" || err != nil {
		t.Errorf("of no change: %s, %v", got, err)
	}
}

func BenchmarkWith(b *testing.B) {
	d := mustOpen(b, shops)
	for b.Loop() {
		if _, err := d.With("as it happened", Change{"fleet.*.terminals", json.RawMessage(`1070`)}); err != nil {
			b.Fatal(err)
		}
	}
}
