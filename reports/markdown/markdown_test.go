package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func written(t interface {
	Helper()
	Fatal(...any)
}, r *reports.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile has a variant for each hostile name, and such texts everywhere.
func hostile() *reports.Result {
	r := reports.New(sample.Hostile[8], sample.Hostile[6], 1, time.Time{})
	for i, n := range sample.Hostile {
		v := sample.Variant(n, experiment.Expect{}, experiment.Gate{}, each().Runs[1:2])
		v.Runs[0].Verdict.Reason = strings.Join(sample.Hostile, " ")
		v.Runs[0].Faults = []reports.Fault{{Kind: n, Node: n, Evidence: n}}
		sample.Layer(&v.Runs[0])
		v.Runs[0].Nodes[0].Name, v.Runs[0].Links[0].To, v.Runs[0].Links[1].From = n, n, n
		r.Add(v)
		r.Versions[n] = sample.Hostile[len(sample.Hostile)-1-i]
	}
	return r
}

// gated has a variant of three runs that were also asked for more than their
// verdict.
func gated() *reports.Result {
	r := sample.Friday()
	runs := sample.Of("", experiment.Expect{}, verdict.Recovered, verdict.Recovered, verdict.Invalid).Runs
	for i := range runs {
		runs[i].Generator = reports.Generator{LagP99S: 0.03 - float64(i)/100, CPUS: 30, WallS: 100, Cores: i, Undelivered: int64(i)}
	}
	gate := experiment.Gate{TimeToRecoverBelow: new(time.Minute), AmplificationBelow: new(1.2), NothingLost: true}
	r.Add(sample.Variant("client 4.5", experiment.Expect{}, gate, runs))
	return r
}

func TestMarkdownIsGolden(t *testing.T) {
	many := reports.New("gate", "sim", 7, time.Time{})
	for i := range mostColumns + 1 {
		many.Add(sample.Of(fmt.Sprintf("variant %d", i), experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}},
			verdict.Recovered, verdict.Collapsed, verdict.Collapsed, verdict.Collapsed))
	}
	broken := reports.New("s", "docker", 1, time.Time{})
	broken.Add(sample.Of("never run", experiment.Expect{}))
	broken.BreakOff()
	for name, r := range map[string]*reports.Result{
		"friday":  sample.Friday(),
		"hostile": hostile(),
		"gated":   gated(),
		"many":    many,
		"broken":  broken,
		"layered": sample.Layered(),
		"empty":   reports.New("s", "sim", 1, time.Time{}),
	} {
		t.Run(name, func(t *testing.T) { golden.Assert(t, written(t, r), name+".golden") })
	}
}

func TestMarkdownIsTheSameEachTime(t *testing.T) {
	if first, again := written(t, hostile()), written(t, hostile()); first != again {
		t.Error(cmp.Diff(first, again))
	}
}

func TestBriefTableHasARowForEachOfItsLabels(t *testing.T) {
	r := sample.Friday()
	for i := range mostColumns {
		r.Add(sample.Variant(fmt.Sprint(i), experiment.Expect{}, experiment.Gate{}, each().Runs[2:3]))
	}
	head := parse(t, written(t, r)).tables[0][0]
	if diff := cmp.Diff(append([]string{"variant"}, briefly...), head); diff != "" {
		t.Error(diff)
	}
}

func TestMarkdownStaysBelowAMegabyte(t *testing.T) {
	r := reports.New(strings.Repeat("é`|", 1_000_000), strings.Repeat("\u0301", 1_000_000), 1, time.Time{})
	gate := experiment.Gate{TimeToRecoverBelow: new(time.Second), AmplificationBelow: new(2.0), NothingLost: true, NothingDuplicated: true}
	runs := sample.Of("", experiment.Expect{}, verdict.Collapsed, verdict.Recovered).Runs
	for i := range runs {
		runs[i].Verdict.Reason = strings.Repeat("\U0001F4A9`", 2000)
		runs[i].Phases = make([]reports.Phase, 100)
		for range 100 {
			runs[i].Faults = append(runs[i].Faults, reports.Fault{Kind: runs[i].Verdict.Reason, Evidence: runs[i].Verdict.Reason})
		}
	}
	for i := range mostRows + 20 {
		name := fmt.Sprintf("a%s%d", strings.Repeat("\u0301`", 300), i)
		r.Versions[name] = name
		v := sample.Variant(name, experiment.Expect{}, gate, runs)
		v.Expect = name
		r.Add(v)
	}
	out := written(t, r)
	if len(out) >= 1_000_000 || len(out) < 300_000 {
		t.Errorf("%d bytes", len(out))
	}
	p := parse(t, out)
	for _, what := range []string{"variants", "gates", "phases", "triggers", "versions"} {
		shown := false
		for _, said := range p.paragraphs {
			shown = shown || strings.HasPrefix(said, "More "+what+", not shown for want of room: ")
		}
		if !shown {
			t.Errorf("does not say how many %s are left out: %q", what, p.paragraphs)
		}
	}
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	var d document
	d.table(words("x"), mostRows+1234, "things", func(int) []string { return []string{"y"} })
	p := parse(t, d.String())
	if n := len(p.tables[0]); n != 1+mostRows {
		t.Errorf("%d rows", n)
	}
	if diff := cmp.Diff([]string{"More things, not shown for want of room: 1,234."}, p.paragraphs); diff != "" {
		t.Error(diff)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestMarkdownReportsAWriterThatFails(t *testing.T) {
	if err := Write(fullDisk{}, sample.Friday()); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
