package table

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"gotest.tools/v3/golden"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func drawn(t interface {
	Helper()
	Fatal(...any)
}, r *reports.Result, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, Style{Width: width}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTableIsGolden(t *testing.T) {
	many := reports.New("gate", "sim", 7, time.Time{})
	for i := range 5 {
		v := sample.Of(fmt.Sprintf("variant %d", i), experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}},
			verdict.Recovered, verdict.Collapsed, verdict.Collapsed, verdict.Collapsed)
		many.Add(v)
	}
	wild := reports.New(sample.Hostile[0], "local", 1, time.Time{})
	for _, n := range sample.Hostile {
		wild.Add(sample.Of(n, experiment.Expect{}, verdict.Healthy))
	}
	wild.Variants[0].Runs[0].Verdict.Reason = strings.Join(sample.Hostile, " ")
	failed := sample.Friday()
	failed.Add(sample.Of("client 4.5", experiment.Expect{}, verdict.Collapsed))
	invalid := sample.Friday()
	invalid.Add(sample.Of("client 4.5", experiment.Expect{}, verdict.Invalid))
	broken := reports.New("s", "docker", 1, time.Time{})
	broken.Add(sample.Of("never run", experiment.Expect{}))
	broken.BreakOff()
	for name, tc := range map[string]struct {
		r     *reports.Result
		width int
	}{
		"friday":          {sample.Friday(), 0},
		"narrow":          {sample.Friday(), 60},
		"least":           {sample.Friday(), 1},
		"many":            {many, 100},
		"hostile":         {wild, 100},
		"failed":          {failed, 100},
		"invalid":         {invalid, 100},
		"broken":          {broken, 100},
		"layered":         {sample.Layered(), 80},
		"layered-least":   {sample.Layered(), 1},
		"layered-hostile": {crowded(), 60},
		"empty":           {reports.New("s", "sim", 1, time.Time{}), 100},
	} {
		t.Run(name, func(t *testing.T) {
			golden.Assert(t, drawn(t, tc.r, tc.width), name+".golden")
		})
	}
}

// crowded has more links and nodes than are shown, with names of any kind.
func crowded() *reports.Result {
	r := sample.Layered()
	for i := range r.Variants {
		run := &r.Variants[i].Runs[0]
		storm, last := run.Links[2], run.Nodes[2]
		run.Links = slices.Repeat(run.Links[:1], 20)
		for k, name := range sample.Hostile {
			run.Links[k].To, run.Nodes = name, append(run.Nodes, last)
			run.Nodes[len(run.Nodes)-1].Name = name
		}
		run.Links = append(run.Links, storm)
		run.Links[3].Goodput, run.Links[4].Phases = 1e300, nil
	}
	return r
}

func TestTableNeverBreaksNorLetsControlCharactersThrough(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(sample.Hostile), rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Mn, unicode.So, unicode.Cf, unicode.Cc)))
	rapid.Check(t, func(t *rapid.T) {
		r := reports.New(text.Draw(t, "scenario"), text.Draw(t, "engine"), 1, time.Time{})
		for range rapid.IntRange(0, 6).Draw(t, "variants") {
			v := sample.Of(text.Draw(t, "name"), experiment.Expect{}, verdict.Recovered)
			v.Runs[0].Verdict.Reason = text.Draw(t, "reason")
			v.Expect = text.Draw(t, "expect")
			if rapid.Bool().Draw(t, "layered") {
				run := &sample.Layered().Variants[0].Runs[0]
				v.Runs[0].Nodes, v.Runs[0].Links = run.Nodes, run.Links
				v.Runs[0].Nodes[0].Name, v.Runs[0].Links[1].To = text.Draw(t, "node"), text.Draw(t, "to")
			}
			r.Add(v)
		}
		width := rapid.IntRange(leastWidth, 200).Draw(t, "width")
		intact(t, drawn(t, r, width), width)
		intact(t, timelines(r.Variants, width), width)
	})
}

// intact checks that no line is too wide, that all lines of a table are as wide
// as its frame, and that only what prints is in it.
func intact(t *rapid.T, out string, width int) {
	frame := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		for _, c := range line {
			if !unicode.IsPrint(c) {
				t.Fatalf("%U in %q", c, line)
			}
		}
		w := twwidth.Width(line)
		if w > width {
			t.Fatalf("%d of %d columns: %q", w, width, line)
		}
		if strings.HasPrefix(line, "┌") {
			frame = w
		}
		if frame > 0 && w != frame {
			t.Fatalf("%d columns in a frame of %d: %q\n%s", w, frame, line, out)
		}
		if strings.HasPrefix(line, "└") {
			frame = 0
		}
	}
}

func TestTableIsTheSameInEveryLocale(t *testing.T) {
	narrow := drawn(t, sample.Friday(), 0)
	twwidth.SetEastAsian(true)
	if wide := drawn(t, sample.Friday(), 0); wide != narrow {
		t.Error(wide)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestTableReportsAWriterThatFails(t *testing.T) {
	if err := Write(fullDisk{}, sample.Friday(), Style{}); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
