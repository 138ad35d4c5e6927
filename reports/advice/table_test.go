package advice

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/reports/table"
)

func TestTableIsGolden(t *testing.T) {
	for _, name := range []string{"proposals", "limit", "margins"} {
		golden.Assert(t, drawn(t, sample(t, name), table.Style{Width: 100}), name+".golden")
	}
}

func TestBrokenOffSaysSo(t *testing.T) {
	for name, want := range map[string]string{
		"broken off": "; so far: comes back in 0 of ",
		"at first":   "so far: comes back in 0 of 8 runs",
		"not begun":  "so far: nothing is known yet",
		"forbidden":  "Nothing may be changed within the bounds given.",
	} {
		text := strings.ReplaceAll(drawn(t, sample(t, name), table.Style{Width: 100}), "\n  ", " ")
		if !strings.Contains(text, want) {
			t.Errorf("%s does not say %q:\n%s", name, want, text)
		}
	}
}

func TestOnlyPatchesAreWiderThanTheTerminal(t *testing.T) {
	for name := range samples() {
		for _, width := range []int{60, 80, 120} {
			a := sample(t, name)
			for line := range strings.Lines(drawn(t, a, table.Style{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if n := twwidth.Width(line); n > width && !strings.HasPrefix(line, `"`) && !strings.HasPrefix(line, "To paste") {
					t.Errorf("%s at %d columns: %d: %s", name, width, n, line)
				}
			}
		}
	}
}

// What is pasted is read again as what was proposed, and does nothing to a terminal.
func TestPasteIsHarmlessAndMeansThePatch(t *testing.T) {
	p := Proposal{Name: "a\x1b[31m \u202e" + strings.Repeat("ä", 80), Patch: json.RawMessage("{\"fleet\":[{\"cohort\":\"\u202e\U000e0001\"}]}")}
	text := p.Paste()
	if strings.ContainsAny(text, "\x1b\u202e\U000e0001\n") {
		t.Errorf("pasted is %q", text)
	}
	var got map[string]json.RawMessage
	must(json.Unmarshal([]byte("{"+strings.TrimSuffix(text, ",")+"}"), &got))
	var want, have any
	must(json.Unmarshal(p.Patch, &want))
	must(json.Unmarshal(got[p.VariantName()], &have))
	if a, b := mustJSON(want), mustJSON(have); a != b {
		t.Errorf("pasted means %s, want %s", b, a)
	}
	if n := len([]rune(p.VariantName())); n != 64 {
		t.Errorf("the variant's name has %d characters", n)
	}
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	must(err)
	return string(text)
}

func TestProposalsAreFoundByTheirNames(t *testing.T) {
	a := sample(t, "proposals")
	for i := range a.Proposals {
		if p, err := a.Proposal(a.Proposals[i].Name); err != nil || p != &a.Proposals[i] {
			t.Errorf("%q: %v", a.Proposals[i].Name, err)
		}
	}
	a.Dominated = append(a.Dominated, Proposal{Name: "another one"})
	if p, err := a.Proposal(a.Dominated[0].Name); err != nil || p != &a.Dominated[0] {
		t.Errorf("a dominated one: %v", err)
	}
	near := strings.Replace(a.Proposals[0].Name, "e", "", 1)
	if _, err := a.Proposal(near); err == nil || !strings.Contains(err.Error(), `did you mean "`+a.Proposals[0].Name) {
		t.Errorf("a slip: %v", err)
	}
	if _, err := a.Proposal("x"); err == nil || !strings.Contains(err.Error(), a.Proposals[0].Name) {
		t.Errorf("an unknown name: %v", err)
	}
	if _, err := sample(t, "limit").Proposal("x"); err == nil {
		t.Error("a proposal is found where there is none")
	}
}
