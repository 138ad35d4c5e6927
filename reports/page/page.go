package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the template, the style sheet and the script
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/retrystorm/retrystorm/reports"
)

//go:embed page.html.tmpl
var markup string

//go:embed page.css
var style string

//go:embed page.js
var script string

var layout = template.Must(template.New("page").Parse(markup))

// mostBytes is how large a page gets, whatever the result.
const mostBytes = 1_000_000

// limits is how much of a result a page shows.
type limits struct {
	charted  int // variants with charts
	variants int // in tables
	runs     int // in lists of runs, of all variants together
	rows     int // in tables of what a run holds: its phases, its faults
	text     int // characters of the scenario as run
}

// full is what fits into a page of nearly all results.
var full = limits{charted: 12, variants: 100, runs: 2000, rows: 100, text: 60_000}

// less shows fewer charts, which take the most room; where there are none left,
// half as much of everything else.
func (l limits) less() limits {
	if l.charted > 0 {
		l.charted = l.charted * 2 / 3
		return l
	}
	return limits{variants: max(l.variants/2, 1), runs: l.runs / 2, rows: max(l.rows/2, 1), text: l.text / 2}
}

// Write writes the result as one HTML page of at most 1 MB that needs nothing
// else: no network, and no JavaScript to be read. What a large result leaves no
// room for is left out, and the page says so. The same result always gives the
// same bytes.
func Write(w io.Writer, r *reports.Result) error {
	var out bytes.Buffer
	for show, least := full, (limits{}); show != least; show, least = show.less(), show {
		out.Reset()
		if err := layout.Execute(&out, viewOf(r, show)); err != nil {
			return fmt.Errorf("cannot lay out the page: %w", err)
		}
		if out.Len() <= mostBytes {
			break
		}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("cannot write the page: %w", err)
	}
	return nil
}

// Stylesheet is the style of every page of this program, in light, dark and print. What
// another page has beside it follows it.
func Stylesheet() string { return style }

// Policy is a Content-Security-Policy that lets a page's own style sheet and script run
// and nothing else: a text that slipped through as markup could load nothing and do
// nothing.
func Policy(style, script string) string {
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
