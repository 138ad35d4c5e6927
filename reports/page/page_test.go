package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// fatal is what a test and a property have in common.
type fatal interface {
	Helper()
	Fatal(...any)
}

func written(t fatal, r *reports.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parsed reads a page as a browser would.
func parsed(t fatal, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(root.Descendants())
}

func attribute(n *html.Node, key string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// all gives the elements of a kind.
func all(nodes []*html.Node, kind string) []*html.Node {
	var found []*html.Node
	for _, n := range nodes {
		if n.Type == html.ElementNode && n.Data == kind {
			found = append(found, n)
		}
	}
	return found
}

// gated has several runs of each variant, gates, and real time.
func gated() *reports.Result {
	r := sample.Friday()
	r.Seed, r.Runs, r.Engine = 5, 6, "docker"
	r.StartedAt = time.Date(2026, 3, 6, 17, 30, 0, 0, time.UTC)
	r.Variants = nil
	v := sample.Of("client 4.4.2", experiment.Expect{}, verdict.Recovered, verdict.Recovered, verdict.Collapsed, verdict.Recovered, verdict.Degraded, verdict.Healthy)
	for i := range v.Runs {
		v.Runs[i].Generator = reports.Generator{LagP99S: 0.004, Undelivered: 3, CPUS: 40, WallS: 95, Cores: 2}
	}
	gate := experiment.Gate{AmplificationBelow: new(2.0), NothingLost: true}
	r.Add(sample.Variant(v.Name, experiment.Expect{AtLeast: 0.95}, gate, v.Runs))
	r.Add(sample.Of("as it happened", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, verdict.Collapsed, verdict.Collapsed))
	return r
}

func TestPageHasAllThatAReaderLooksFor(t *testing.T) {
	nodes := parsed(t, written(t, gated()))
	body := textOf(all(nodes, "body")[0])
	var headings []string
	for _, n := range nodes {
		if n.DataAtom == atom.H2 || n.DataAtom == atom.H3 {
			headings = append(headings, textOf(n))
		}
	}
	for _, want := range []string{
		"Verdict", "Evidence", "All runs", "Over time", "Phases and faults", "Ledger audit", "Gates", "Load generator", "Scenario", "Versions and replay",
		"Demand, attempts and goodput", "Time to complete a sale", "Queue and requests in flight", "Unsynced and pending sales", "Wasted work", "Errors by cause",
	} {
		if !slices.Contains(headings, want) {
			t.Errorf("no heading %q among %q", want, headings)
		}
	}
	for _, want := range []string{
		"FAILED not as expected: client 4.4.2",
		"Of 6 runs, 3 recovered, 1 collapsed, 1 came back too slowly and 1 stayed healthy. In a typical one (seed 0), the spike ended at 00:28. The system was back to normal 47 s later, at 01:15, and stayed so.",
		"Both runs collapsed. In a typical one (seed 0), the spike ended at 00:28. The system was still down at 01:35: every sale was being sent 2.9 times.",
		"as expected in only 4 of 6 runs (expected: healthy or recovered, at least 95%)",
		"As expected in 4 of 6 runs; the true share lies between",
		"attempts per sale below 2.0×", "no sales lost", "4 of 6", "6 of 6", "2.3× (seed 2)",
		"4.0 ms (allowed: 100 ms)", "21% of 2 (allowed: 90%)", "3 of 15,320",
		"engine docker", "6 runs of each variant", "started 2026-03-06 17:30:00 UTC", "go1.26", "v2.2.0",
		`"horizon": "95s"`,
		"retrystorm replay result.json\n", "retrystorm replay result.json --variant 'client 4.4.2' --runs 1 --seed 0",
		"Trigger from 00:20 to 00:28. Back to normal at 01:15.",
	} {
		if !strings.Contains(body, want) && !strings.Contains(body, strings.TrimSuffix(want, "\n")) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestPageTellsNodesAndLinksApartWhereThereAreSeveral(t *testing.T) {
	own := []string{"Links and nodes", "Attempts over each link", "Queue of each node", "Wasted work of each node", "app → db (grew most)"}
	page := written(t, sample.Layered())
	sound(t, page)
	for _, want := range own {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	nodes := parsed(t, page)
	for measure, want := range map[string][]string{
		"links":       {"fleet → gateway up to", "gateway → app up to", "app → db up to"},
		"node-queues": {"gateway up to 8,140", "app up to 4,070", "db up to 2,035"},
		"node-wastes": {"gateway up to", "app up to", "db up to"},
	} {
		text := strings.Join(strings.Fields(textOf(chartsOf(t, nodes, measure)[0].Parent.Parent)), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("the chart of %s does not say %q: %s", measure, w, text)
			}
		}
	}
	single := sample.Layered()
	for i := range single.Variants {
		run := &single.Variants[i].Runs[0]
		run.Nodes, run.Links = run.Nodes[:1], run.Links[:1]
	}
	if written(t, single) != plainLayered(t) {
		t.Error("one node is told apart from the backend")
	}
}

// plainLayered is the page without figures per node and link.
func plainLayered(t *testing.T) string {
	t.Helper()
	r := sample.Layered()
	for i := range r.Variants {
		r.Variants[i].Runs[0].Nodes, r.Variants[i].Runs[0].Links = nil, nil
	}
	return written(t, r)
}

func TestOnlyTheBusiestLinksAndNodesAreCharted(t *testing.T) {
	r := sample.Layered()
	run := &r.Variants[0].Runs[0]
	quiet := reports.Node{Name: "quiet", Series: run.Nodes[1].Series}
	quiet.Series.Queue = make([]*int64, len(run.Series.TS))
	quiet.Series.Wasted = nil
	run.Nodes = append(slices.Repeat([]reports.Node{quiet}, 5), run.Nodes...)
	for i := range 5 {
		run.Nodes[i].Name = fmt.Sprint("quiet ", i)
	}
	page := written(t, r)
	sound(t, page)
	if !strings.Contains(page, "2 more nodes are left out of the charts.") || strings.Contains(page, "more links are left out") {
		t.Error("the page does not say what is left out")
	}
	chart := textOf(chartsOf(t, parsed(t, page), "node-queues")[0].Parent.Parent)
	if !strings.Contains(chart, "db up to 2,035") || strings.Contains(chart, "quiet 4") {
		t.Errorf("%q", chart)
	}
}

func TestPageOfLittleSaysSo(t *testing.T) {
	broken := reports.New("s", "docker", 1, time.Time{})
	broken.Add(sample.Of("never run", experiment.Expect{}))
	broken.BreakOff()
	blank := sample.Friday()
	blank.Declaration = nil
	for i := range blank.Variants {
		blank.Variants[i].Runs[0].Series = reports.Series{}
	}
	for name, tc := range map[string]struct {
		r         *reports.Result
		want, not []string
	}{
		"empty":  {reports.New("s", "sim", 1, time.Time{}), []string{"INVALID nothing was run", "Nothing was run.", "The result holds no scenario"}, []string{"Evidence", "Over time", "Phases"}},
		"broken": {broken, []string{"INVALID broken off before every run was made", "It was not run.", "not run proves nothing (expected: healthy or recovered)"}, []string{"Over time", "Phases and faults"}},
		"blank":  {blank, []string{"PASSED", "Phases and faults", "cannot be run again"}, []string{"Over time", "retrystorm replay"}},
	} {
		t.Run(name, func(t *testing.T) {
			page := written(t, tc.r)
			sound(t, page)
			body := strings.Join(strings.Fields(textOf(all(parsed(t, page), "main")[0])+textOf(all(parsed(t, page), "header")[0])), " ")
			for _, want := range tc.want {
				if !strings.Contains(body, want) {
					t.Errorf("the page does not say %q:\n%s", want, body)
				}
			}
			for _, not := range tc.not {
				if strings.Contains(body, not) {
					t.Errorf("the page says %q:\n%s", not, body)
				}
			}
		})
	}
}

func TestHostileTextsShowAsText(t *testing.T) {
	for _, evil := range append(slices.Clone(sample.Hostile), "'\"><svg onload=alert(1)>", "</title></style></textarea>", "{{.}} ${x} javascript:alert(1)") {
		r := sample.Friday()
		r.Scenario, r.Engine = evil, evil
		r.Versions = map[string]string{evil: evil}
		r.Declaration, _ = json.Marshal(map[string]string{evil: evil})
		v := sample.Of(evil, experiment.Expect{}, verdict.Invalid, verdict.Collapsed)
		v.Expect, v.Runs[0].Problem, v.Runs[0].Verdict.Reason, v.Runs[0].Verdict.Evidence.Sustained = evil, evil, evil, evil
		v.Gates = []reports.Gate{{Name: evil}}
		v.Runs[0].Phases = append([]reports.Phase{{Name: evil, ToS: 9}}, v.Runs[0].Phases...)
		v.Runs[0].Faults = []reports.Fault{{Kind: evil, Node: evil, Evidence: evil, FromS: 5, ToS: 40}}
		v.Runs[0].Series.ErrorsBy = map[string][]float64{evil: slices.Repeat([]float64{1}, len(v.Runs[0].Series.TS))}
		v.Runs[0].Totals.Outcomes = map[string]int64{evil: 7}
		r.Add(v)
		page := written(t, r)
		sound(t, page)
		if strings.Contains(evil, "alert(1)") && !strings.Contains(textOf(all(parsed(t, page), "body")[0]), "alert(1)") {
			t.Errorf("%q does not show", evil)
		}
	}
}

func TestPageIsTheSameEachTime(t *testing.T) {
	r := gated()
	r.Versions = map[string]string{}
	for i := range 30 {
		r.Versions[fmt.Sprint("part ", i)] = "v1"
	}
	first := written(t, r)
	for range 5 {
		if again := written(t, r); again != first {
			t.Fatal("the page differs")
		}
	}
}

func TestOfManyVariantsThoseNotAsExpectedComeFirst(t *testing.T) {
	r := reports.New("s", "sim", 1, time.Time{})
	for i := range 40 {
		kind := verdict.Recovered
		if i == 33 {
			kind = verdict.Collapsed
		}
		r.Add(sample.Of(fmt.Sprintf("variant %d", i), experiment.Expect{}, kind))
	}
	nodes := parsed(t, written(t, r))
	if first := textOf(all(nodes, "article")[0]); !strings.Contains(first, "variant 33") || !strings.Contains(first, "collapsed") {
		t.Errorf("the first verdict is\n%s", first)
	}
	if got := len(all(nodes, "article")); got != 40 {
		t.Errorf("%d verdicts", got)
	}
	var charted []string
	for _, n := range all(nodes, "label") {
		charted = append(charted, strings.TrimSpace(textOf(n)))
	}
	if !slices.Contains(charted, "variant 33") || len(charted) > 12 {
		t.Errorf("charts of %q", charted)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReportsAWriterThatFails(t *testing.T) {
	if err := Write(fullDisk{}, sample.Friday()); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
