package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/reports/advice"
	"github.com/retrystorm/retrystorm/scenarios"
)

// applied writes a variant into a copy of a script: the first one, with another
// expectation. It gives what is said, and the copy.
func applied(t *testing.T, script string) (said, copied string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "own.js")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := declaration(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := experiment.Open(text)
	if err != nil {
		t.Fatal(err)
	}
	first := d.Experiment().Variants[0].Name
	patch, err := d.Patch(first, experiment.Change{Path: "expect", Value: []byte(`["healthy", "recovered"]`)})
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApplication(path, "it's \"better\"", nil)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = a.write(t.Context(), &out, &advice.Advice{Proposals: []advice.Proposal{{Name: a.name, Patch: patch}}})
	made, _ := os.ReadFile(a.path) // there is none where it could not be written
	return out.String(), string(made), err
}

func TestProposalIsWrittenIntoEachShippedScenario(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			text, err := scenarios.Source(s.Name)
			if err != nil {
				t.Fatal(err)
			}
			said, copied, err := applied(t, string(text))
			if err != nil || !strings.Contains(said, `--variant 'it'\''s "better"'`) {
				t.Fatalf("%v, said %s", err, said)
			}
			all := scenarios.Variants([]byte(copied))
			if got, want := len(all), len(scenarios.Variants(text))+1; got != want || all[want-1].Name != "it's \"better\"" {
				t.Errorf("the copy has the variants %v", all)
			}
		})
	}
}

// body is a declaration but for its variants.
const body = `name: 'own', horizon: '60s',
  fleet: [{ cohort: 'till', terminals: 60, sale: { every: '2s' }, timeout: '1s', retry: { backoff: 'none' } }],
  backend: { nodes: [{ name: 'api', workers: 6, service: { mean: '75ms' } }] },
  timeline: [{ kind: 'spike', at: '20s', for: '5s', times: 4 }]`

// rest is what follows the declaration.
const rest = `
export const options = own.options;
export default function () { own.run(); }
`

func TestProposalIsWrittenIntoScriptsOfAnyKind(t *testing.T) {
	const head = "import { Experiment } from 'k6/x/retrystorm';\n"
	for name, test := range map[string]struct{ script, want string }{
		"on one line":         {"const own = new Experiment({ " + body + ", variants: { a: {}, b: { horizon: '70s' } } });", "b: { horizon: '70s' } , \"it's"},
		"with a comma":        {"const own = new Experiment({ " + body + ",\n  variants: {\n    'ä': {}, // }\n  },\n});", "'ä': {}, // }\n    \"it's"},
		"without a comma":     {"const own = new Experiment({ " + body + ",\n  variants: {\n    a: {} /* } */ // {\n  }\n});", "// {\n    , \"it's"},
		"under a name":        {"const variants = { a: {} };\nconst own = new Experiment({ " + body + ", variants });", "{ a: {} , \"it's"},
		"computed":            {"const list = () => ({ a: {} });\nconst own = new Experiment({ " + body + ", variants: list() });", "...declared,\n"},
		"none":                {"const own = new Experiment({ " + body + " });", "{ 'as declared': {} }"},
		"declared by a call":  {"const make = (h) => ({ " + body + ", variants: { a: { horizon: h } } });\nconst own = new Experiment(make('70s'),);", "(make('70s'),)"},
		"a comment at an end": {"const base = { " + body + " };\nexport const own = new Experiment(base // )\n);", "(base // )\n))"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, copied, err := applied(t, head+test.script+rest)
			if err != nil || !strings.Contains(copied, test.want) {
				t.Errorf("%v, copy:\n%s\nwant in it: %s", err, copied, test.want)
			}
		})
	}
}

func TestScriptWithoutAPlaceIsLeftAloneWithThePatchToPaste(t *testing.T) {
	for name, test := range map[string]struct{ script, want string }{
		"under another name": {"import { Experiment as E } from 'k6/x/retrystorm';\nconst own = new E({ " + body + " });", "has no place"},
		"taken away again": {"import { Experiment } from 'k6/x/retrystorm';\nconst all = { a: {}, };\nconst of = (d) => ({ ...d, variants: { a: {} } });\n" +
			"class Own { constructor(d) { return new Experiment(d); } }\nconst own = new Own(of({ " + body + ", variants: all }));", "has no place"},
		"changed behind": {"import { Experiment as Made } from 'k6/x/retrystorm';\nclass Experiment { constructor(d) { d.variants = { a: {} }; return new Made(d); } }\n" +
			"const own = new Experiment({ " + body + ", variants: { a: {} } });", "does not declare"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, copied, err := applied(t, test.script+rest)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"it's \"better\"":{`) || copied != "" {
				t.Errorf("error %v, copy %q", err, copied)
			}
		})
	}
}

func TestCopyNeverTakesThePlaceOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.js")
	for _, p := range []string{path, strings.TrimSuffix(path, ".js") + ".advised.js"} {
		if err := os.WriteFile(p, []byte("kept"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newApplication(path, "x", nil); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("error %v", err)
	}
}
