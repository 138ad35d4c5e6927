// Package grafana holds a Grafana dashboard over k6's Prometheus remote-write
// output, and the tests that it asks for nothing that a run does not send. It
// holds no other Go, so nothing can import it.
package grafana

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/metrics"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

// source is where an element takes its data from.
type source struct{ Type, UID string }

// query is one question to Prometheus, with the text that names its answers.
type query struct {
	RefID, Expr, LegendFormat, Interval string
	Instant, Range                      bool
	Datasource                          source
}

type panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  struct{ X, Y, W, H int }
	Datasource               source
	Targets                  []query
}

type annotation struct {
	Name, TitleFormat, TextFormat string
	Enable                        bool
	Datasource                    source
	Target                        query
}

type variable struct {
	Name, Type, Query, AllValue string
	IncludeAll                  bool
	Datasource                  source
}

// dashboard is what these tests read of one.
type dashboard struct {
	Title, UID    string
	ID            *int
	SchemaVersion int
	Panels        []panel
	Annotations   struct{ List []annotation }
	Templating    struct{ List []variable }
}

func load(t *testing.T) dashboard {
	t.Helper()
	var d dashboard
	if err := json.Unmarshal([]byte(read(t, "dashboard.json")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// queries gives all that is asked of Prometheus, by where it is asked.
func (d dashboard) queries() map[string]query {
	all := map[string]query{}
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			all[p.Title+" "+q.RefID] = q
		}
	}
	for _, a := range d.Annotations.List {
		a.Target.LegendFormat = a.TitleFormat + a.TextFormat
		all["annotation "+a.Name] = a.Target
	}
	for _, v := range d.Templating.List {
		all["variable "+v.Name] = query{Expr: v.Query}
	}
	return all
}

// registered gives the metrics that the extension registers with k6.
func registered(t *testing.T) []*metrics.Metric {
	t.Helper()
	vu := modulestest.NewRuntime(t).VU
	before := len(vu.InitEnv().Registry.All())
	k6x.New().NewModuleInstance(vu)
	all := vu.InitEnv().Registry.All()
	if len(all) == before {
		t.Fatal("the extension registers no metrics")
	}
	return slices.DeleteFunc(all, func(m *metrics.Metric) bool { return !strings.HasPrefix(m.Name, "retrystorm_") })
}

// stats are those that the command in docs/metrics.md asks k6 to send of a trend.
func stats(t *testing.T) []string {
	t.Helper()
	found := regexp.MustCompile(`K6_PROMETHEUS_RW_TREND_STATS='([^']*)'`).FindStringSubmatch(read(t, "../../docs/metrics.md"))
	if found == nil {
		t.Fatal("docs/metrics.md has no command that sets K6_PROMETHEUS_RW_TREND_STATS")
	}
	return strings.Split(strings.NewReplacer("(", "", ")", "", ".", "").Replace(found[1]), ",")
}

// sent gives the names under which k6's output for Prometheus sends a metric:
// see MapPrompb in its package remotewrite.
func sent(m *metrics.Metric, stats []string) []string {
	name := "k6_" + m.Name
	switch m.Type {
	case metrics.Counter:
		return []string{name + "_total"}
	case metrics.Rate:
		return []string{name + "_rate"}
	case metrics.Trend:
		var names []string
		for _, s := range stats {
			names = append(names, name+"_"+s)
		}
		return names
	}
	return []string{name}
}

var metricName = regexp.MustCompile(`\bk6_\w+`)

func TestQueriesAskForWhatARunSendsAndForAllOfIt(t *testing.T) {
	asked := map[string]bool{}
	for _, q := range load(t).queries() {
		for _, name := range metricName.FindAllString(q.Expr, -1) {
			asked[name] = true
		}
	}
	want := map[string]bool{}
	for _, m := range registered(t) {
		for _, name := range sent(m, stats(t)) {
			want[name] = true
		}
	}
	if d := cmp.Diff(want, asked); d != "" {
		t.Errorf("what a run sends and what is asked for (-sent +asked):\n%s", d)
	}
}

var (
	grouping = regexp.MustCompile(`^\(*(?:sum|min|max) by \(([^)]*)\)`)
	wording  = regexp.MustCompile(`\{\{(\w+)\}\}`)
)

// TestAnswersAreNamedByTheLabelsTheyHave looks at the outermost grouping only.
func TestAnswersAreNamedByTheLabelsTheyHave(t *testing.T) {
	for where, q := range load(t).queries() {
		if strings.HasPrefix(where, "variable ") {
			continue
		}
		found := grouping.FindStringSubmatch(q.Expr)
		if found == nil {
			t.Errorf("%s is not grouped by anything: %s", where, q.Expr)
			continue
		}
		labels := strings.Split(found[1], ", ")
		for _, w := range wording.FindAllStringSubmatch(q.LegendFormat, -1) {
			if !slices.Contains(labels, w[1]) {
				t.Errorf("%s is named by %s and grouped by %q", where, w[1], labels)
			}
		}
	}
}

func TestEveryQueryKeepsToWhatIsChosen(t *testing.T) {
	selector := regexp.MustCompile(`k6_\w+(\{[^}]*\})?`)
	for where, q := range load(t).queries() {
		if strings.HasPrefix(where, "variable ") {
			continue
		}
		for _, s := range selector.FindAllStringSubmatch(q.Expr, -1) {
			if !strings.HasPrefix(s[1], `{testid=~"$testid", variant=~"$variant"`) {
				t.Errorf("%s asks for every test or variant: %s", where, s[0])
			}
		}
		if strings.Count(q.Expr, "(") != strings.Count(q.Expr, ")") {
			t.Errorf("%s has parentheses without end: %s", where, q.Expr)
		}
	}
}

func TestDataSourceIsChosenByWhoeverLooks(t *testing.T) {
	d, chosen := load(t), source{"prometheus", "${datasource}"}
	var used []source
	for _, p := range d.Panels {
		if p.Type == "row" {
			continue
		}
		used = append(used, p.Datasource)
		for _, q := range p.Targets {
			used = append(used, q.Datasource)
		}
	}
	for _, a := range d.Annotations.List {
		used = append(used, a.Datasource)
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			used = append(used, v.Datasource)
		}
	}
	for _, s := range used {
		if s != chosen {
			t.Errorf("data comes from %v, not from %v", s, chosen)
		}
	}
	if n := strings.Count(read(t, "dashboard.json"), `"uid"`); n != len(used)+1 { // and the dashboard's own
		t.Errorf("there are %d uids, and these tests know of %d", n, len(used)+1)
	}
}

func TestVariablesAreDeclaredBeforeTheyAreUsed(t *testing.T) {
	d := load(t)
	builtIn := []string{"__interval", "__interval_ms", "__range"}
	use := regexp.MustCompile(`\$\{?(\w+)`)
	known := slices.Clone(builtIn)
	check := func(where, text string) {
		for _, v := range use.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, v[1]) {
				t.Errorf("%s uses $%s, which is no variable yet", where, v[1])
			}
		}
	}
	for _, v := range d.Templating.List {
		check("variable "+v.Name, v.Query+v.Datasource.UID)
		known = append(known, v.Name)
		if v.Type == "query" && (!v.IncludeAll || v.AllValue != ".*") {
			t.Errorf("variable %s leaves out runs without such a tag", v.Name)
		}
	}
	for where, q := range d.queries() {
		check(where, q.Expr)
	}
	if d := cmp.Diff([]string{"datasource", "testid", "variant"}, known[len(builtIn):]); d != "" {
		t.Error(d)
	}
}

func TestPhasesAreAnnotated(t *testing.T) {
	var names []string
	for _, a := range load(t).Annotations.List {
		names = append(names, a.Name)
		if !a.Enable || a.Target.Interval != "5s" || !strings.Contains(a.Target.Expr, fmt.Sprintf("phase=%q", a.Name)) {
			t.Errorf("the annotation %s does not tell of its phase: %+v", a.Name, a)
		}
	}
	if d := cmp.Diff([]string{"baseline", "trigger", "recovery"}, names); d != "" {
		t.Error(d)
	}
}

func TestDashboardCanBeImported(t *testing.T) {
	d := load(t)
	if d.Title == "" || d.UID == "" || d.ID != nil || d.SchemaVersion < 36 || d.SchemaVersion > 42 {
		t.Errorf("title %q, uid %q, id %v, schema version %d", d.Title, d.UID, d.ID, d.SchemaVersion)
	}
	ids, cells := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID < 1 {
			t.Errorf("%s has the id %d, which is taken or none", p.Title, p.ID)
		}
		ids[p.ID] = true
		at := p.GridPos
		if at.X < 0 || at.Y < 0 || at.W < 1 || at.H < 1 || at.X+at.W > 24 {
			t.Errorf("%s lies outside the grid of 24 columns: %+v", p.Title, at)
		}
		for x := at.X; x < at.X+at.W; x++ {
			for y := at.Y; y < at.Y+at.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" {
					t.Fatalf("%s lies over %s", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		p.check(t)
	}
}

// check holds what every panel with data needs.
func (p panel) check(t *testing.T) {
	t.Helper()
	if p.Type == "row" {
		return
	}
	if p.Title == "" || p.Description == "" || len(p.Targets) == 0 {
		t.Errorf("panel %d lacks a title, a description or queries", p.ID)
	}
	refs := map[string]bool{}
	for _, q := range p.Targets {
		if refs[q.RefID] || q.RefID == "" {
			t.Errorf("%s has two queries %q", p.Title, q.RefID)
		}
		refs[q.RefID] = true
		if overTime := p.Type == "timeseries"; q.Range != overTime || q.Instant == overTime || overTime && q.Interval != "5s" {
			t.Errorf("%s %s is not asked in the way of a %s", p.Title, q.RefID, p.Type)
		}
	}
}
