package plan

import (
	"bytes"
	_ "embed" // for the template, the style sheet and the script
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/page"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

//go:embed plan.html.tmpl
var markup string

//go:embed plan.css
var ownStyle string

//go:embed plan.js
var script string

var layout = template.Must(template.New("plan").Parse(markup))

// What a page shows at most: rows of a table, and characters of the scenario.
const (
	mostRows     = 1000
	mostDeclared = 60_000
)

// view is what the template lays out.
type view struct {
	Policy, Scenario, Headline string
	Style                      template.CSS
	Script                     template.JS
	About, Notes, Confirmed    []string
	Chart                      *figureView
	Demand, Points             *tableView
	Asked                      tableView
	Command, Declaration       string
}

// tableView is a table of texts.
type tableView struct {
	Caption, Class string
	Head           []string
	Rows           [][]string
	Notes          []string
}

// WritePage writes the plan as one HTML page that needs nothing else: no network, and no
// JavaScript to be read. The same plan always gives the same bytes.
func WritePage(w io.Writer, p *Plan) error {
	var out bytes.Buffer
	if err := layout.Execute(&out, viewOf(p)); err != nil {
		return fmt.Errorf("cannot lay out the page of the plan: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("cannot write the page of the plan: %w", err)
	}
	return nil
}

func viewOf(p *Plan) view {
	style := page.Stylesheet() + ownStyle
	v := view{
		Policy: page.Policy(style, script), Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // embedded above
		Scenario: phrase.Name(p.Scenario), Headline: capital(p.Headline()), About: p.about(),
		Chart: p.chart(), Points: p.pointTable(), Asked: p.asked(), Command: p.command(), Declaration: declared(p.Declaration),
	}
	if p.Edge != nil && len(p.Edge.Others) > 0 {
		v.Notes = append(v.Notes, p.othersTold())
	}
	if c := p.Capacity; c != nil {
		v.Demand = &tableView{Caption: "What demand it stands, in sales per second", Head: demandHead, Rows: c.rows(), Notes: c.notes()}
	}
	for i := range p.Confirmed {
		v.Confirmed = append(v.Confirmed, p.confirmed(&p.Confirmed[i]))
	}
	return v
}

// capital begins a sentence.
func capital(s string) string {
	head, tail := []rune(s)[:min(1, len([]rune(s)))], []rune(s)[min(1, len([]rune(s))):]
	return strings.ToUpper(string(head)) + string(tail)
}

func (p *Plan) about() []string {
	out := []string{"plan", phrase.Name(p.Variant), "engine " + phrase.Name(p.Engine), counted(p.Runs, "run")}
	if !p.Complete {
		out = append(out, "incomplete")
	}
	return out
}

// pointTable lists all points; nil if there are none.
func (p *Plan) pointTable() *tableView {
	if len(p.Points) == 0 || len(p.Vary) == 0 {
		return nil
	}
	t := &tableView{Caption: "The runs at each value", Class: "figures words"}
	for i := range p.Vary {
		t.Head = append(t.Head, phrase.Cut(phrase.Plain(p.Vary[i].Path), longestPath))
	}
	t.Head = append(t.Head, pointHead[1:]...)
	for i := range p.Points[:min(len(p.Points), mostRows)] {
		at := &p.Points[i]
		var row []string
		for k, v := range at.At {
			row = append(row, p.Vary[k].plain(v))
		}
		t.Rows = append(t.Rows, append(row, phrase.Count(int64(at.made())), at.tally(), at.share(), at.interval()))
	}
	if more := len(p.Points) - mostRows; more > 0 {
		t.Notes = append(t.Notes, phrase.Count(int64(more))+" more are left out here; plan.json has them.")
	}
	return t
}

// asked says what the question was, and who answered it.
func (p *Plan) asked() tableView {
	t := tableView{Caption: "The question, and what answered it", Head: []string{"what", "value"}}
	add := func(name, value string) { t.Rows = append(t.Rows, []string{name, value}) }
	for i := range p.Vary {
		add("varied", p.Vary[i].span())
	}
	add("success", named(p.For))
	add("with a probability of at least", share(p.AtLeast))
	if p.Edge != nil {
		add("confidence of the interval", share(p.Edge.Confidence))
	}
	add("variant", phrase.Name(p.Variant))
	add("engine", phrase.Name(p.Engine))
	add("runs", phrase.Count(int64(p.Runs)))
	add("seed of the first run", fmt.Sprint(p.Seed))
	for _, name := range slices.Sorted(maps.Keys(p.Versions))[:min(len(p.Versions), mostRows)] {
		add(phrase.Name(name), phrase.Name(p.Versions[name]))
	}
	add("schema", Schema)
	return t
}

// command is how to ask the same again; empty if a part of it cannot be written safely.
func (p *Plan) command() string {
	line := "retrystorm plan SCENARIO"
	add := func(flag, value string) bool {
		word, ok := phrase.Quoted(value)
		line += " " + flag + " " + word
		return ok
	}
	for i := range p.Vary {
		if !add("--vary", p.Vary[i].Path+"="+p.Vary[i].values()) {
			return ""
		}
	}
	if !add("--variant", p.Variant) {
		return ""
	}
	if !slices.Equal(p.For, []verdict.Kind{verdict.Healthy, verdict.Recovered}) {
		for _, k := range p.For {
			add("--for", k.String())
		}
	}
	return line + fmt.Sprintf(" --at-least %v --seed %d", p.AtLeast, p.Seed)
}

// values writes what was tried as the command takes it.
func (a *Axis) values() string {
	if len(a.Values) == 0 {
		return a.literal(a.From) + ".." + a.literal(a.To)
	}
	words := make([]string, len(a.Values))
	for i, v := range a.Values {
		words[i] = a.literal(v)
	}
	return strings.Join(words, ",")
}

// literal writes a value as it is declared.
func (a *Axis) literal(v Value) string {
	switch {
	case v.Worded:
		return v.Word
	case a.Unit == multiples:
		return string(experiment.Number.JSON(v.X)) + "x"
	}
	return strings.Trim(string(experiment.Quantity(a.Quantity).JSON(v.X)), `"`)
}

// declared is the scenario as it was run, indented.
func declared(text json.RawMessage) string {
	var out bytes.Buffer
	if len(text) == 0 || json.Indent(&out, text, "", "  ") != nil {
		return ""
	}
	lines := []rune(phrase.Lines(out.String()))
	if len(lines) > mostDeclared {
		return string(lines[:mostDeclared]) + " …"
	}
	return string(lines)
}
