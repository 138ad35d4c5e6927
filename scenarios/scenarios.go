// Package scenarios holds the shipped scenarios, one file per incident,
// embedded so that the bare binary runs them by name.
package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
)

//go:embed *.js
var files embed.FS

// ErrUnknown says that no shipped scenario has the name asked for.
var ErrUnknown = errors.New("is neither a file nor a shipped scenario")

// Scenario is a shipped scenario.
type Scenario struct {
	Name  string // the file's name without .js
	Title string // the file's first line, a comment
}

// All lists the shipped scenarios by name.
func All() []Scenario {
	names, err := fs.Glob(files, "*.js")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	all := make([]Scenario, 0, len(names))
	for _, n := range names {
		text, err := files.ReadFile(n)
		if err != nil {
			panic(err) // the file is in this very program
		}
		first, _, _ := strings.Cut(string(text), "\n")
		all = append(all, Scenario{
			Name:  strings.TrimSuffix(n, ".js"),
			Title: strings.TrimSpace(strings.TrimPrefix(first, "//")),
		})
	}
	return all
}

// Source gives the script of a shipped scenario, or ErrUnknown with the names
// that there are and the one that was likely meant.
func Source(name string) ([]byte, error) {
	if text, err := files.ReadFile(name + ".js"); err == nil {
		return text, nil
	}
	var names []string
	for _, s := range All() {
		names = append(names, s.Name)
	}
	hint := "shipped are: " + strings.Join(names, ", ")
	if near := field.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return nil, fmt.Errorf("%q %w; %s", name, ErrUnknown, hint)
}
