package junit

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// rule is what an element may have: attributes that must be there and that may
// be, and elements, in this order.
type rule struct {
	must, may string
	within    string
	text      bool
}

// form is the part of junit-10.xsd, of Jenkins's xunit plugin, that is used,
// with Ant's order of elements.
var form = map[string]rule{
	"testsuites": {may: "name time tests failures errors", within: "testsuite"},
	"testsuite":  {must: "name tests failures errors", may: "skipped time timestamp", within: "properties testcase"},
	"properties": {within: "property"},
	"property":   {must: "name value"},
	"testcase":   {must: "name", may: "classname time", within: "failure error skipped"},
	"failure":    {may: "type message", text: true},
	"error":      {may: "type message", text: true},
	"skipped":    {may: "type message", text: true},
}

var (
	surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)
	antTimestamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)
)

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// parse checks the form and the counts, and reads it back.
func parse(t fataler, text string) suites {
	t.Helper()
	wellFormed(t, text)
	var out suites
	if err := xml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v", err)
	}
	all, names := suites{}, map[string]bool{}
	for _, s := range out.Suites {
		var again suite
		for _, c := range s.Cases {
			again.add(c)
			if names[c.Name] {
				t.Fatalf("two cases %q", c.Name)
			}
			names[c.Name] = true
			if strings.Count(c.Class, ".") != 1 {
				t.Fatalf("class %q", c.Class)
			}
		}
		if again.Tests != s.Tests || again.Failures != s.Failures || again.Errors != s.Errors || again.Skipped != s.Skipped {
			t.Fatalf("%q counts %+v, but has %+v", s.Name, s, again)
		}
		all.add(s)
	}
	if all.Tests != out.Tests || all.Failures != out.Failures || all.Errors != out.Errors {
		t.Fatalf("counts %+v, but has %+v", out, all)
	}
	return out
}

// wellFormed holds a text to the form, element by element. That of the standard
// library reads XML strictly and rejects characters that XML does not have.
func wellFormed(t fataler, text string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(text))
	var open []string
	last := map[int]int{} // by depth, where in the order the last element stood
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) > 0 {
				order := strings.Fields(form[open[len(open)-1]].within)
				at := slices.Index(order, token.Name.Local)
				if at < last[len(open)] {
					t.Fatalf("<%s> within or at the wrong place of %v", token.Name.Local, open)
				}
				last[len(open)] = at
			}
			open = append(open, token.Name.Local)
			last[len(open)] = 0
			attributes(t, token)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" && !form[open[len(open)-1]].text {
				t.Fatalf("text in %v: %q", open, token)
			}
		case xml.ProcInst:
		default:
			t.Fatalf("%T in %v", token, open)
		}
	}
}

func attributes(t fataler, e xml.StartElement) {
	t.Helper()
	allowed, ok := form[e.Name.Local]
	missing := strings.Fields(allowed.must)
	for _, a := range e.Attr {
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == a.Name.Local })
		if !slices.Contains(strings.Fields(allowed.must+" "+allowed.may), a.Name.Local) {
			t.Fatalf("attribute %s of <%s>", a.Name.Local, e.Name.Local)
		}
		switch a.Name.Local {
		case "time":
			if !surefireTime.MatchString(a.Value) {
				t.Fatalf("time %q", a.Value)
			}
		case "timestamp":
			if !antTimestamp.MatchString(a.Value) {
				t.Fatalf("timestamp %q", a.Value)
			}
		case "tests", "failures", "errors", "skipped":
			if _, err := strconv.Atoi(a.Value); err != nil {
				t.Fatalf("%v", err)
			}
		case "name":
			if a.Value == "" {
				t.Fatalf("<%s> without a name", e.Name.Local)
			}
		}
	}
	if !ok || len(missing) > 0 {
		t.Fatalf("<%s> is not known, or lacks %v", e.Name.Local, missing)
	}
}

func TestWrongFormIsNoticed(t *testing.T) {
	right := written(t, gated(verdict.Collapsed))
	parse(t, right)
	for _, tc := range []struct{ old, with string }{
		{`<testsuites `, `<testsuites hostname="x" `},
		{`<testsuite name=`, `<testsuite x=`},
		{`<properties>`, `<system-out></system-out><properties>`},
		{`time="100.250"`, `time="1e2"`},
		{`timestamp="2026-03-06T16:30:00"`, `timestamp="2026-03-06T16:30:00Z"`},
		{`tests="6"`, `tests="7"`},
		{`comes out recovered"`, `comes out recovered">x<x`},
		{`</testcase>`, `</testcase><properties></properties>`},
		{`classname="kounta-friday.client 4_5"`, `classname="kounta-friday.client 4.5"`},
	} {
		var r recorder
		text := strings.Replace(right, tc.old, tc.with, 1)
		if text == right {
			t.Errorf("%s is not there", tc.old)
		}
		func() {
			defer func() { _ = recover() }()
			parse(&r, text)
		}()
		if !r.failed {
			t.Errorf("%s for %s passed", tc.with, tc.old)
		}
	}
}

// recorder notes that a check failed, and ends it.
type recorder struct{ failed bool }

func (*recorder) Helper() {}
func (r *recorder) Fatalf(string, ...any) {
	r.failed = true
	panic("failed")
}

// each is a variant with a run of each verdict.
var each = sync.OnceValue(func() reports.Variant {
	return sample.Of("each", experiment.Expect{}, verdict.Invalid, verdict.Healthy, verdict.Recovered,
		verdict.Degraded, verdict.Collapsed, verdict.Overloaded)
})

func TestAnyResultIsWrittenInTheForm(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom(sample.Hostile), rapid.String(), rapid.SampledFrom([]string{"]]>", "a.b", "\x00\ufffe\ufeff\r\n\t", "&#0;"}),
		rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Mn, unicode.So, unicode.Cf, unicode.Cc, unicode.Co)))
	figure := rapid.Float64()
	rapid.Check(t, func(t *rapid.T) {
		r := reports.New(text.Draw(t, "scenario"), text.Draw(t, "engine"), 1, time.Time{})
		r.Versions[text.Draw(t, "program")] = text.Draw(t, "version")
		r.Incomplete = rapid.Bool().Draw(t, "incomplete")
		if rapid.Bool().Draw(t, "real") {
			r.StartedAt = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
		}
		for range rapid.IntRange(0, 4).Draw(t, "variants") {
			v := sample.Variant(text.Draw(t, "name"), experiment.Expect{}, experiment.Gate{},
				rapid.SliceOfN(rapid.SampledFrom(each().Runs), 0, 3).Draw(t, "runs"))
			v.Expect = text.Draw(t, "expect")
			for i := range v.Runs {
				run := &v.Runs[i]
				run.Verdict.Reason, run.Problem, run.Verdict.Evidence.Sustained = text.Draw(t, "reason"), text.Draw(t, "problem"), text.Draw(t, "sustained")
				run.Verdict.Evidence.CensoredS = figure.Draw(t, "censored")
				run.Generator = reports.Generator{Cores: rapid.Int().Draw(t, "cores"), WallS: figure.Draw(t, "wall")}
			}
			for range rapid.IntRange(0, 2).Draw(t, "gates") {
				v.Gates = append(v.Gates, reports.Gate{Name: text.Draw(t, "gate"), Below: figure.Draw(t, "below"),
					Probability: reports.Probability{K: rapid.Int().Draw(t, "k"), N: rapid.IntRange(-1, 5).Draw(t, "n"), Invalid: rapid.Int().Draw(t, "invalid")}})
			}
			r.Variants = append(r.Variants, v)
		}
		out := written(t, r)
		parse(t, out)
		if diff := cmp.Diff(out, written(t, r)); diff != "" {
			t.Fatalf("written twice:\n%s", diff)
		}
	})
}

func TestEndlessTextsAreCut(t *testing.T) {
	endless := strings.Repeat("a\x00\u0301", 3_000_000)
	r := reports.New(endless, endless, 1, time.Time{})
	v := sample.Of(endless, experiment.Expect{}, verdict.Collapsed)
	v.Expect, v.Runs[0].Verdict.Reason, v.Runs[0].Problem = endless, endless, endless
	v.Gates = []reports.Gate{{Name: endless}}
	r.Add(v)
	r.Versions[endless] = endless
	out := written(t, r)
	parse(t, out)
	if len(out) > 200_000 {
		t.Errorf("%d bytes", len(out))
	}
}
