package render

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/junit"
	"github.com/retrystorm/retrystorm/reports/markdown"
	"github.com/retrystorm/retrystorm/reports/page"
	"github.com/retrystorm/retrystorm/reports/table"
)

// Format is a way to write a result.
type Format struct {
	Name  string // as a command line names it
	File  string // its name in a directory of reports; empty for one that is not kept
	Write func(io.Writer, *reports.Result) error
}

// Formats gives every format, result.json first: all others can be made again
// from it.
func Formats() []Format {
	return []Format{
		{"json", reports.FileName, func(w io.Writer, r *reports.Result) error { return r.WriteJSON(w) }},
		{"html", "report.html", page.Write},
		{"markdown", "report.md", markdown.Write},
		{"junit", "junit.xml", junit.Write},
		{"svg", "timeline.svg", page.WritePicture},
		{"table", "", func(w io.Writer, r *reports.Result) error { return table.Write(w, r, table.Style{}) }},
	}
}

// ErrFormat says that a format is none of those there are.
var ErrFormat = errors.New("no such format")

// Named gives a format by its name. Its error wraps ErrFormat and names those
// that there are.
func Named(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%w: %q; write one of %s", ErrFormat, name, strings.Join(names, ", "))
}
