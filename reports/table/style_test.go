package table

import (
	"regexp"
	"strings"
	"testing"

	"gotest.tools/v3/golden"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func styled(t *testing.T, r *reports.Result, style Style) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, r, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestColoursChangeNothingButColours(t *testing.T) {
	failed := sample.Friday()
	failed.Add(sample.Of("PASSED", experiment.Expect{}, verdict.Collapsed))
	for _, r := range []*reports.Result{sample.Friday(), failed, reports.New("PASSED", "sim", 1, failed.StartedAt)} {
		plain, painted := styled(t, r, Style{}), styled(t, r, Style{Colour: true})
		if got := escapes.ReplaceAllString(painted, ""); got != plain {
			t.Errorf("the text differs:\n%s\n%s", plain, got)
		}
	}
}

func TestColoursSayHowItCameOut(t *testing.T) {
	r := sample.Friday()
	r.Add(sample.Of("PASSED", experiment.Expect{}, verdict.Invalid, verdict.Collapsed))
	painted := styled(t, r, Style{Colour: true})
	for _, want := range []string{
		"│ \x1b[31mcollapsed\x1b[", "│ \x1b[32mrecovered\x1b[", "│ \x1b[33minvalid\x1b[",
		"│ \x1b[32myes\x1b[", "│ \x1b[31mNO\x1b[", "\n\x1b[31mFAILED\x1b[", "\nPASSED: because ",
	} {
		if !strings.Contains(painted, want) {
			t.Errorf("%q is not in\n%q", want, painted)
		}
	}
}

func TestTimelineIsGolden(t *testing.T) {
	golden.Assert(t, styled(t, sample.Friday(), Style{Width: 80, Timeline: true}), "timeline.golden")
}

func TestTimelineKeepsThePeakAndFitsTheWidth(t *testing.T) {
	r := sample.Friday()
	s := &r.Variants[0].Runs[0].Series
	for i := range s.Attempts {
		s.Attempts[i], s.Goodput[i] = 1, 1
	}
	s.Attempts[501] = 1000
	for width := leastWidth; width < 200; width++ {
		text := timelines(r.Variants[:1], width)
		for line := range strings.Lines(text) {
			if w := twwidth.Width(strings.TrimSuffix(line, "\n")); w > width {
				t.Fatalf("%d of %d columns: %q", w, width, line)
			}
		}
		if strings.Count(text, "█") != 1 || !strings.Contains(text, "up to 1,000/s") {
			t.Fatalf("the peak is lost:\n%s", text)
		}
	}
}

func TestTimelineOfNothing(t *testing.T) {
	v := sample.Of("v", experiment.Expect{}, verdict.Healthy)
	v.Runs[0].Series = reports.Series{}
	if got := timeline(&v, 80, 0); got != "" {
		t.Errorf("%q", got)
	}
	v.Runs[0].Series = reports.Series{TS: []float64{0, 1}, Attempts: []float64{0, -3}, Goodput: []float64{0, 0}}
	v.Runs[0].Verdict.Evidence.Trigger = reports.Span{}
	if got, want := timeline(&v, 80, 0), "v\n  attempts    up to 0/s\n  goodput     up to 0/s\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
