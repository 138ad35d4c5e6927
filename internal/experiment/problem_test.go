package experiment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edit is one change of a declaration's text.
type edit struct{ from, to string }

func edited(t *testing.T, declaration string, edits ...edit) string {
	t.Helper()
	for _, e := range edits {
		if strings.Count(declaration, e.from) != 1 {
			t.Fatalf("%q does not stand exactly once in %s", e.from, declaration)
		}
		declaration = strings.Replace(declaration, e.from, e.to, 1)
	}
	return declaration
}

var wrongValues = []struct {
	name  string
	edits []edit
	want  []string
}{
	{"unit missing", []edit{{`"timeout": "2s"`, `"timeout": 10`}}, []string{"fleet[0].timeout: 10 has no unit; write '10s'"}},
	{"unit missing in a string", []edit{{`"timeout": "2s"`, `"timeout": "1.5"`}}, []string{"fleet[0].timeout: 1.5 has no unit; write '1.5s'"}},
	{"no time", []edit{{`"timeout": "2s"`, `"timeout": "soon"`}}, []string{
		`fleet[0].timeout: "soon" is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'`,
	}},
	{"negative time", []edit{{`"timeout": "2s"`, `"timeout": "-2s"`}}, []string{
		`fleet[0].timeout: "-2s" is negative; write a time such as '2s'`,
	}},
	{"misspelt", []edit{{`"timeout"`, `"timeuot"`}}, []string{"fleet[0].timeuot: unknown field; did you mean 'timeout'?"}},
	{"misspelt in another case", []edit{{`"timeout"`, `"TimeOut"`}}, []string{"fleet[0].TimeOut: unknown field; did you mean 'timeout'?"}},
	{"unknown", []edit{{`"sale": {`, `"sale": {"colour": 1, `}}, []string{
		"fleet[0].sale.colour: unknown field; write one of 'every', 'arrival', 'deadline'",
	}},
	{"string for a number", []edit{{`"terminals": 100`, `"terminals": "many"`}}, []string{
		`fleet[0].terminals: "many" cannot stand here; write a whole number such as 100, without quotes`,
	}},
	{"fraction", []edit{{`"terminals": 100`, `"terminals": 1.5`}}, []string{"fleet[0].terminals: 1.5 is not a whole number"}},
	{"too large a number", []edit{{`"terminals": 100`, `"terminals": 1e400`}}, []string{
		"fleet[0].terminals: 1e400 is beyond what a number can hold; write one up to 1e308",
	}},
	{"too large a whole number", []edit{{`"terminals": 100`, `"terminals": 1e17`}}, []string{
		"fleet[0].terminals: 1e17 is too large; write a whole number below 2^53",
	}},
	{"NaN", []edit{{`"terminals": 100`, `"terminals": null`}}, []string{
		"fleet[0].terminals: null cannot stand here (NaN and Infinity become null in JSON); write a whole number such as 100, without quotes, or leave it out",
	}},
	{"list for an object", []edit{{`{"every": "1s"}`, `["1s"]`}}, []string{"fleet[0].sale: a list cannot stand here; write an object, { … }"}},
	{"object for a list", []edit{{`"horizon"`, `"timeline": {}, "horizon"`}}, []string{"timeline: an object cannot stand here; write a list, [ … ]"}},
	{"no word", []edit{{`"timeout"`, `"cancel": "cut", "timeout"`}}, []string{
		`fleet[0].cancel: "cut" is not known; write one of 'close', 'run-on'`,
	}},
	{"number for a word", []edit{{`"timeout"`, `"cancel": 3, "timeout"`}}, []string{
		`fleet[0].cancel: 3 is not a string; write one of 'close', 'run-on'`,
	}},
	{"a word on which others hang", []edit{{`"timeout"`, `"retry": {"backoff": "exp", "base": "1s", "jitter": "full"}, "timeout"`}}, []string{
		`fleet[0].retry.backoff: "exp" is not known; write one of 'none', 'immediate', 'constant', 'linear', 'exponential'`,
	}},
	{"no limit", []edit{{`"workers": 4`, `"workers": 4, "queue": {"limit": "endless"}`}}, []string{
		`backend.nodes[0].queue.limit: "endless" is not a count; write a whole number, or 'unbounded'`,
	}},
	{"number that is too large for a type of its own", []edit{{`"workers": 4`, `"workers": 4, "queue": {"limit": 1e999}`}}, []string{
		"backend.nodes[0].queue.limit: 1e999 is beyond what a number can hold; write one up to 1e308",
	}},
	{"no verdict", []edit{{`"horizon"`, `"expect": ["collapsed", "invalid"], "horizon"`}}, []string{
		`expect[1]: "invalid" cannot be expected; write 'healthy', 'recovered', 'degraded', 'collapsed' or 'overloaded', or a list of them`,
	}},
	{"two verdicts with bounds", []edit{{`"horizon"`, `"expect": {"recovered": {"atLeast": 0.9}, "healthy": {"atLeast": 0.9}}, "horizon"`}}, []string{
		"expect: names 2 verdicts; write one verdict with its bound, such as { recovered: { atLeast: 0.95 } }",
	}},
	{"a bound that is none", []edit{{`"horizon"`, `"expect": {"recovered": 0.9}, "horizon"`}}, []string{
		"expect.recovered: 0.9 is no bound; write one verdict with its bound, such as { recovered: { atLeast: 0.95 } }",
	}},
	{"a bound that nothing can show", []edit{{`"horizon"`, `"expect": {"recovered": {"atLeast": "100%"}}, "horizon"`}}, []string{
		`expect.recovered.atLeast: "100%" can be shown by no number of runs, or by none at all; write a share between 0 and 1, such as 0.95`,
	}},
	{"an unknown verdict with a bound", []edit{{`"horizon"`, `"expect": {"fine": {"atLeast": 0.9}}, "horizon"`}}, []string{
		`expect: "fine" cannot be expected; write 'healthy', 'recovered', 'degraded', 'collapsed' or 'overloaded', or a list of them`,
	}},
	{"no verdict at all", []edit{{`"horizon"`, `"expect": [], "horizon"`}}, []string{
		"expect: is an empty list; name a verdict, or leave it out to expect 'healthy' or 'recovered'",
	}},
	{"null in a list", []edit{{`"horizon"`, `"timeline": [null], "horizon"`}}, []string{
		"timeline[0]: null cannot stand here (NaN and Infinity become null in JSON); write an object, { … }, or leave it out",
	}},
	{"declared twice", []edit{{`"timeout": "2s"`, `"timeout": "2s", "timeout": "3s"`}}, []string{
		"fleet[0].timeout: is declared twice; leave one out",
	}},
	{"name with a space", []edit{{`"small"`, `"small one"`}}, []string{
		`name: "small one" is no name; write one of letters, digits, '-', '_' and '.', at most 64 of them`,
	}},
	{"name of dots", []edit{{`"small"`, `".."`}}, []string{
		`name: ".." is no name; write one of letters, digits, '-', '_' and '.', at most 64 of them`,
	}},
	{"no name", []edit{{`"name": "small",`, ``}}, []string{
		"name: is missing; write one of letters, digits, '-', '_' and '.', at most 64 of them",
	}},
	{"variants that are a list", []edit{{`"horizon"`, `"variants": [{}], "horizon"`}}, []string{
		"variants: a list is not an object; write { 'name': { … }, … }",
	}},
	{"a variant that is none", []edit{{`"horizon"`, `"variants": {"a": 3, "b": {}}, "horizon"`}}, []string{
		`variants["a"]: 3 is not an object; write what differs from the base, or {}`,
	}},
	{"names of variants", []edit{{`"horizon"`, `"variants": {"": {}, "a\u001b[2J": {}, " x": {}, "\ud800": {}, "b": {}, "b": {}}, "horizon"`}}, []string{
		`variants["b"]: is declared twice; leave one out`,
		`variants[""]: is an empty name; write 1 to 64 printable characters`,
		`variants["a\x1b[2J"]: has characters that cannot be printed; write 1 to 64 printable ones`,
		`variants[" x"]: begins or ends with a space; leave it out`,
		`variants["�"]: has characters that cannot be printed; write 1 to 64 printable ones`,
	}},
}

func TestEachWrongValueIsReportedAtItsPath(t *testing.T) {
	for _, tt := range wrongValues {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, problems(t, edited(t, small, tt.edits...))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAllWrongFieldsAreReportedAtOnce(t *testing.T) {
	got := problems(t, `{
		"name": "a b", "colour": 1,
		"fleet": [{"terminals": 0, "timeout": 2, "sale": {"every": "1s"}, "retry": {"backoff": "linear"}}],
		"backend": {"nodes": [{"workers": 0, "service": {"mean": "x"}}]},
		"timeline": [{"kind": "crash", "at": "5s", "times": 2}],
		"judge": {"hold": true}
	}`)
	want := []string{
		"colour: unknown field; write one of 'name', 'fleet', 'backend', 'timeline', 'starts', 'day', 'horizon', 'judge', 'expect', 'gate', 'variants'",
		"fleet[0].timeout: 2 has no unit; write '2s'",
		`backend.nodes[0].service.mean: "x" is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'`,
		"judge.hold: true cannot stand here; write a whole number such as 100, without quotes",
		`name: "a b" is no name; write one of letters, digits, '-', '_' and '.', at most 64 of them`,
		"fleet[0].terminals: must be how many terminals there are, from 1 to 1000000",
		"fleet[0].retry.base: must be the first delay of a linear backoff, longer than 0s, such as '500ms'",
		"fleet[0].cohort: is an empty name; write 1 to 64 printable characters",
		"backend.nodes[0].workers: must be a whole number from 1 to 1000000, the requests served at once, or 'unbounded'",
		"timeline[0].for: must be longer than 0s, such as '20s'",
		"timeline[0].times: belongs to a spike or a diskDegraded, not to a crash; leave it out",
		"horizon: is missing; write how long the run lasts, such as '3m'",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestWhatIsNoDeclarationAtAllIsSaidSo(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"nothing", "", "is not JSON at byte 0: unexpected EOF"},
		{"cut off", `{"name": "a`, "is not JSON at byte 9: unexpected EOF"},
		{"NaN", `{"horizon": NaN}`, "is not JSON at byte 12: invalid character 'N' looking for beginning of value"},
		{"list", `[]`, "a list cannot stand here; write an object, { … }"},
		{"null", `null`, "null cannot stand here (NaN and Infinity become null in JSON); write an object, { … }, or leave it out"},
		{"two", `{} {}`, "has something after its end, at byte 4"},
		{"no UTF-8", "{\"name\": \"\xff\"}", "is not UTF-8 at byte 10"},
		{"too long", `{"name": "` + strings.Repeat("a", 10<<20) + `"}`, "is 10485772 bytes long; at most 1048576 are read"},
		{"deep", `{"a": ` + strings.Repeat("[", 100_000), "a" + strings.Repeat("[0]", MaxDepth-1) + ": is nested deeper than 32 levels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, problems(t, tt.data)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHostileTextIsQuotedAndCutInMessages(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	control := `\u001b[2J\n`
	tests := []struct {
		data string
		want []string
	}{
		{edited(t, small, edit{`"timeout"`, `"` + control + `": 1, "timeout"`}), []string{
			`fleet[0]["\x1b[2J\n"]: unknown field; write one of 'cohort', 'terminals', 'to', 'tenants', 'sale', 'hours', 'demand', 'zones', 'timeout', 'cancel', 'connections', 'retry', 'offline'`,
		}},
		{edited(t, small, edit{`"timeout": "2s"`, `"timeout": "` + control + long + `"`}), []string{
			`fleet[0].timeout: "\x1b[2J\n` + strings.Repeat("é", 28) + `…" is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'`,
		}},
		{edited(t, small, edit{`"small"`, `"` + long + `"`}), []string{
			`name: "` + strings.Repeat("é", 30) + `…" is no name; write one of letters, digits, '-', '_' and '.', at most 64 of them`,
		}},
		{edited(t, small, edit{`"terminals": 100`, `"terminals": ` + strings.Repeat("1", 10_000)}), []string{
			"fleet[0].terminals: " + strings.Repeat("1", 64) + "… is beyond what a number can hold; write one up to 1e308",
		}},
		{edited(t, small, edit{`"horizon"`, `"variants": {"` + long + `": {}}, "horizon"`}), []string{
			`variants["` + strings.Repeat("é", 64) + `…"]: is a name too long; write at most 64 characters`,
		}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, problems(t, tt.data)); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
	}
}

func TestManyWrongFieldsAreBounded(t *testing.T) {
	many := `"x": 1` + strings.Repeat(`, "": 1`, 50_000)
	for _, data := range []string{
		edited(t, small, edit{`"timeout"`, many + `, "timeout"`}),
		edited(t, small, edit{`"timeout"`, strangers(60_000) + `"timeout"`}, edit{`"horizon"`, manyVariants() + `"horizon"`}),
		edited(t, small, edit{`"horizon"`, `"variants": {"a": {` + strangers(60_000) + `"expect": "healthy"}, "b": {}}, "horizon"`}),
	} {
		if n := len(problems(t, data)); n < maxProblems || n > maxProblems+1 {
			t.Errorf("%d problems are reported, %d are wanted", n, maxProblems)
		}
	}
	got := problems(t, edited(t, small, edit{`"horizon"`, `"timeline": [` + strings.Repeat("{},", 1000) + `{}], "horizon"`}))
	if diff := cmp.Diff([]string{"timeline: has 1001 elements; at most 100 are supported"}, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// strangers are so many members that nobody knows.
func strangers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"z%d": 1, `, i)
	}
	return b.String()
}

func manyVariants() string {
	var b strings.Builder
	for i := range MaxList - 1 {
		fmt.Fprintf(&b, `"v%d": {}, `, i)
	}
	return `"variants": {` + b.String() + `"last": {}}, `
}
