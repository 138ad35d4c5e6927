package reports

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

var hostile = []string{
	"red \x1b[31malert\x1b[0m and \x1b]0;title\x07",
	"two\nlines\r\nand\ttab",
	strings.Repeat("endless", 100),
	"日本語の変種の名前はとても広い文字でできている",
	"right\u202eto left\u200b \xff\xfe",
	"",
	"│ ─ | <b>&amp;</b> %s %d",
}

func drawn(t interface {
	Helper()
	Fatal(...any)
}, r *Result, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := Table(&b, r, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTableIsGolden(t *testing.T) {
	many := New("gate", "sim", 7, time.Time{})
	for i := range 5 {
		v := of(fmt.Sprintf("variant %d", i), experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}},
			verdict.Recovered, verdict.Collapsed, verdict.Collapsed, verdict.Collapsed)
		many.Add(v)
	}
	wild := New(hostile[0], "local", 1, time.Time{})
	for _, n := range hostile {
		wild.Add(of(n, experiment.Expect{}, verdict.Healthy))
	}
	wild.Variants[0].Runs[0].Verdict.Reason = strings.Join(hostile, " ")
	failed := friday()
	failed.Add(of("client 4.5", experiment.Expect{}, verdict.Collapsed))
	invalid := friday()
	invalid.Add(of("client 4.5", experiment.Expect{}, verdict.Invalid))
	broken := New("s", "docker", 1, time.Time{})
	broken.Add(of("never run", experiment.Expect{}))
	broken.BreakOff()
	for name, tc := range map[string]struct {
		r     *Result
		width int
	}{
		"friday":  {friday(), 0},
		"narrow":  {friday(), 60},
		"least":   {friday(), 1},
		"many":    {many, 100},
		"hostile": {wild, 100},
		"failed":  {failed, 100},
		"invalid": {invalid, 100},
		"broken":  {broken, 100},
		"empty":   {New("s", "sim", 1, time.Time{}), 100},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, "table-"+name, []byte(drawn(t, tc.r, tc.width)))
		})
	}
}

func TestTableNeverBreaksNorLetsControlCharactersThrough(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile), rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Mn, unicode.So, unicode.Cf, unicode.Cc)))
	rapid.Check(t, func(t *rapid.T) {
		r := New(text.Draw(t, "scenario"), text.Draw(t, "engine"), 1, time.Time{})
		for range rapid.IntRange(0, 6).Draw(t, "variants") {
			v := of(text.Draw(t, "name"), experiment.Expect{}, verdict.Recovered)
			v.Runs[0].Verdict.Reason = text.Draw(t, "reason")
			v.Expect = text.Draw(t, "expect")
			r.Add(v)
		}
		width := rapid.IntRange(leastWidth, 200).Draw(t, "width")
		intact(t, drawn(t, r, width), width)
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
	narrow := drawn(t, friday(), 0)
	twwidth.SetEastAsian(true)
	if wide := drawn(t, friday(), 0); wide != narrow {
		t.Error(wide)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestTableAndJSONReportAWriterThatFails(t *testing.T) {
	if err := Table(fullDisk{}, friday(), 0); !errors.Is(err, errFull) {
		t.Errorf("Table: %v", err)
	}
	if err := friday().WriteJSON(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("WriteJSON: %v", err)
	}
}

func TestTypicalRunHasTheVerdictOfMostRuns(t *testing.T) {
	v := of("v", experiment.Expect{}, verdict.Healthy, verdict.Collapsed, verdict.Recovered, verdict.Collapsed)
	run, ok := typical(&v)
	if !ok || run.Seed != 1 {
		t.Errorf("%v, %t; want the run with seed 1", run, ok)
	}
}
