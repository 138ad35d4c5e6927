package scenarios_test

import (
	"cmp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/scenarios"
)

func TestEachShippedScenarioWritesItsVariantsOut(t *testing.T) {
	for _, s := range scenarios.All() {
		text, err := scenarios.Source(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []outcome
		for _, v := range scenarios.Variants(text) {
			got = append(got, outcome{v.Name, v.Expect})
		}
		for _, o := range shipped[s.Name] {
			want = append(want, outcome{o.variant, cmp.Or(byChance[o], o.verdict)})
		}
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s: what is read differs from what runs (-runs +read); write names and expect out, "+
				"for `retrystorm list` and for completion:\n%s", s.Name, diff)
		}
	}
}

func TestVariantsAreReadWithoutRunningTheScript(t *testing.T) {
	tests := []struct {
		name, script string
		want         []scenarios.Variant
	}{
		{"of each experiment",
			`const a = new Experiment({ variants: { x: {} } }); var b = new Experiment({ variants: { 'y z': { expect: 'healthy' } } });`,
			[]scenarios.Variant{{Name: "x"}, {Name: "y z", Expect: "healthy"}}},
		{"of a declaration apart",
			`const x = { expect: 'degraded' }, all = { x, y: x, z: null }; const d = { variants: all }; export const e = new Experiment(d);`,
			[]scenarios.Variant{{"x", "degraded"}, {"y", "degraded"}, {Name: "z"}}},
		{"with the scenario's own expectation",
			`const e = new Experiment({ expect: 'collapsed', variants: { a: {}, b: { expect: 'recovered' } } });`,
			[]scenarios.Variant{{"a", "collapsed"}, {"b", "recovered"}}},
		{"with several and with bounds",
			`const e = new Experiment({ variants: { a: { expect: ['healthy', 'degraded'] }, b: { expect: { recovered: { atLeast: 0.9 } } } } });`,
			[]scenarios.Variant{{"a", "healthy or degraded"}, {"b", "recovered"}}},
		{"not those that are computed",
			`const e = new Experiment({ variants: { ['a' + 1]: {}, get b() { return {}; }, c() {}, ...others, d: { expect: kind() } } });`,
			[]scenarios.Variant{{Name: "d"}}},
		{"not of what is no experiment",
			`const e = new Other({ variants: { a: {} } }), f = new Experiment(), g = new Experiment(h), h = g, i = new (x())({}); let j;`, nil},
		{"not of names that stand for each other", `const e = new Experiment(f), f = g, g = f;`, nil},
		{"not of what is no JavaScript", `const e = new Experiment({ variants: { a: {} } }); this is none`, nil},
		{"not of nothing", ``, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := gocmp.Diff(tt.want, scenarios.Variants([]byte(tt.script))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMisspeltScenarioIsToldTheNearest(t *testing.T) {
	for name, near := range map[string]string{
		"kounta-fridy": "kounta-friday", "KOUNTA-FRIDAY": "kounta-friday", "kounta-friday.js": "kounta-friday",
		"sqare-2017": "square-2017", "nothing-like-it": "",
	} {
		_, err := scenarios.Source(name)
		if err == nil {
			t.Fatalf("there is a scenario %q", name)
		}
		if got := strings.Contains(err.Error(), "; did you mean \""+near+"\"? shipped are: "); got != (near != "") {
			t.Errorf("%q is told %v, want %q", name, err, near)
		}
	}
}
