package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gotest.tools/v3/golden"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func pictureText(t *testing.T, r *reports.Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := WritePicture(&out, r); err != nil {
		t.Fatal(err)
	}
	if wrong := unsafePicture(out.String()); wrong != "" {
		t.Fatalf("%s in %s", wrong, out.String())
	}
	return out.String()
}

// unsafePicture says what a picture must not have: anything that runs, or is
// fetched, or is no XML.
func unsafePicture(text string) string {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return err.Error()
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "svg", "title", "style", "rect", "text", "path", "g":
		default:
			return "an element " + e.Name.Local
		}
		for _, a := range e.Attr {
			if a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
				return a.Name.Local + "=" + a.Value
			}
		}
	}
}

func TestThePictureOfTheReadmeIsThatOfTheSample(t *testing.T) {
	golden.Assert(t, pictureText(t, sample.Friday()), "../../../docs/friday.svg")
}

func TestPictureEscapesNames(t *testing.T) {
	r := sample.Friday()
	r.Scenario, r.Variants[0].Name = "a</title><script>x</script>", "<img onload=\"x\"> & \x01\u202e"
	r.Variants[0].Runs[0].Faults[0].Kind = "</svg><script>"
	text := pictureText(t, r)
	for _, wanted := range []string{"<title>a&lt;/title&gt;", "&lt;img onload=&#34;x&#34;&gt; &amp; \\x01\\u202e: collapsed</text>"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("no %q", wanted)
		}
	}
}

func TestPictureSaysHowATypicalRunCameOut(t *testing.T) {
	r := sample.Friday()
	v := &r.Variants[1]
	again := v.Runs[0]
	again.Seed, again.Verdict.Kind = 1, verdict.Degraded
	v.Runs[0].Seed = 2
	v.Runs = append([]reports.Run{again}, v.Runs[0], v.Runs[0])
	if text := pictureText(t, r); !strings.Contains(text, ">client 4.4.2: recovered in 47 s (seed 2 of 3)</text>") {
		t.Error(titles(text))
	}
	v.Name = strings.Repeat("so many words ", 9)
	text := pictureText(t, r)
	if !strings.Contains(text, "…: recovered in 47 s (seed 2 of 3)</text>") {
		t.Error(titles(text))
	}
}

func titles(picture string) []string {
	var found []string
	for l := range strings.Lines(picture) {
		if strings.Contains(l, `class="title"`) {
			found = append(found, l)
		}
	}
	return found
}

// many is the sample with its second variant so many times.
func many(n int) *reports.Result {
	r := sample.Friday()
	one := r.Variants[1]
	r.Variants = r.Variants[:1]
	for i := range n {
		one.Name = fmt.Sprint("number ", i)
		r.Variants = append(r.Variants, one)
	}
	r.Variants[n].Passed = false
	return r
}

func TestVariantsStandInTwoColumns(t *testing.T) {
	text := pictureText(t, many(2))
	for _, wanted := range []string{`viewBox="0 0 1000 `, `<svg x="10" y="34" `, `<svg x="510" y="34" `, `<svg x="10" y="260" `} {
		if !strings.Contains(text, wanted) {
			t.Errorf("no %s", wanted)
		}
	}
	r := sample.Friday()
	r.Variants = r.Variants[:1]
	if text := pictureText(t, r); !strings.Contains(text, `viewBox="0 0 500 `) {
		t.Error("one variant takes more than a column")
	}
}

func TestPictureLeavesOutWhatCameOutAsExpectedFirst(t *testing.T) {
	text := pictureText(t, many(30))
	if n := len(titles(text)); n != mostPictured || !strings.Contains(text, "7 more variants are left out") {
		t.Errorf("%d charts", n)
	}
	if !strings.Contains(text, "number 29") || strings.Contains(text, "number 28") {
		t.Error("the variant that failed is left out, or another is not")
	}
}

func TestShareOfTenantsHurtIsDrawnWhereItIsKnown(t *testing.T) {
	const line = `class="line s-d"`
	r := sample.Friday()
	run := &r.Variants[0].Runs[0]
	run.Series.Hurt = make([]int64, len(run.Series.TS))
	for i := len(run.Series.Hurt) / 2; i < len(run.Series.Hurt); i++ {
		run.Series.Hurt[i] = 4
	}
	run.Blast = &reports.BlastRadius{Tenants: 4, Hurt: 4, Share: 1}
	if strings.Contains(pictureText(t, r), line) {
		t.Error("it is drawn of a run without groups")
	}
	run.Groups = []reports.Group{{Name: "a", By: "cohort", Tenants: 2}, {Name: "b", By: "cohort", Tenants: 2}}
	text := pictureText(t, r)
	if n := strings.Count(text, line); n != 2 || !strings.Contains(text, "tenants hurt") {
		t.Errorf("%d lines and samples of it, not one of each", n)
	}
}

func TestFaultThatHasNoEndIsMarkedAsOneThatHeld(t *testing.T) {
	r := sample.Friday()
	for i := range r.Variants {
		r.Variants[i].Runs[0].Faults[0].Removed = false
	}
	if !strings.Contains(pictureText(t, r), `class="fault failed"`) {
		t.Error("a fault that could not be removed looks like one that could")
	}
	for i := range r.Variants {
		r.Variants[i].Runs[0].Faults[0].Endless = true
	}
	if strings.Contains(pictureText(t, r), `class="fault failed"`) {
		t.Error("a fault that was to have no end looks like one that failed")
	}
}

func TestPictureOfNothingSaysSo(t *testing.T) {
	if text := pictureText(t, &reports.Result{}); !strings.Contains(text, "no run has figures over time") {
		t.Error(text)
	}
}

func TestPictureIsSoundWhateverTheResult(t *testing.T) {
	if race.Enabled {
		fewer(t)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := anyResult(t)
		var out bytes.Buffer
		if err := WritePicture(&out, r); err != nil {
			t.Fatal(err)
		}
		if wrong := unsafePicture(out.String()); wrong != "" {
			t.Fatal(wrong)
		}
	})
}
