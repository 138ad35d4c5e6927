package main

import (
	_ "embed" // for the template
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm"
	"github.com/retrystorm/retrystorm/internal/experiment"
)

// template is what a new scenario is made from: a scenario that runs, under a
// name and with a path of its own.
//
//go:embed new.js
var template string

const (
	templateName = "my-service"
	templateRef  = "../../index.d.ts"

	typingsName = "retrystorm.d.ts" // beside the scenario
)

func newNew() *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Write a scenario of your own to start from",
		Long: "Write NAME.js, a scenario that runs, with a word on each of its parts, to put the figures\n" +
			"of your own service into; NAME may have a folder before it. Beside it stands\n" +
			typingsName + ", from which an editor completes and checks what you write.",
		Example: "  retrystorm new checkout\n" +
			"  retrystorm new load/checkout.js",
		SuggestFor:        []string{"init", "create", "scaffold", "generate"},
		Args:              takes("NAME"),
		ValidArgsFunction: completeFolder,
		RunE: func(c *cobra.Command, args []string) error {
			path, err := writeScenario(args[0])
			if err != nil {
				return err
			}
			kept := writeTypings(filepath.Join(filepath.Dir(path), typingsName))
			return next(c.OutOrStdout(), path, kept)
		},
	}
}

// writeScenario writes a new scenario of that name and gives its path.
func writeScenario(arg string) (string, error) {
	folder, file := filepath.Split(arg)
	name := strings.TrimSuffix(file, ".js")
	if err := experiment.CheckName(name); err != nil {
		if tidy := plain(name); tidy != "" {
			err = fmt.Errorf("%w; for example: retrystorm new %s", err, word(folder+tidy))
		}
		return "", err
	}
	path := folder + name + ".js"
	text := strings.NewReplacer(templateName, name, templateRef, "./"+typingsName).Replace(template)
	switch err := create(path, text); {
	case errors.Is(err, fs.ErrExist):
		return "", fmt.Errorf("%q is there already, and stays as it is; choose another name, or take the file away first", path)
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no folder %q; make it first: mkdir -p %s", folder, word(folder))
	default:
		return path, err
	}
}

// writeTypings writes the typings where there are none, and says what became of
// them; a scenario runs without them.
func writeTypings(path string) string {
	there, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = create(path, retrystorm.Typings())
		there = nil
	}
	switch {
	case err != nil:
		return fmt.Sprintf("could not write %s, which only an editor needs: %v", typingsName, err)
	case there == nil:
		return "wrote " + path + ": from it an editor completes and checks what you write"
	case string(there) != retrystorm.Typings():
		return "kept " + path + ", which is of another version; take it away before the next `retrystorm new` to have this one's"
	}
	return "kept " + path + ", which is there already"
}

// create writes a file that must not be there yet, whole or not at all.
func create(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // made to be read and shared
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// next says what was written and what to do with it.
func next(w io.Writer, path, typings string) error {
	named := word(path)
	if strings.HasPrefix(named, "-") {
		named = "./" + named // no flag
	}
	_, err := fmt.Fprintf(w, `wrote %[1]s: a scenario that runs as it is
%[2]s

Next:
  retrystorm run %[3]s --engine sim              # in virtual time: a second
  retrystorm run %[3]s --out out                 # in real time: two minutes; the reports are in out
  retrystorm run %[3]s --engine sim --runs 100   # a hundred times, by other chances
`, path, typings, named)
	return err
}

var odd = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// plain makes a name that can be one from a name that cannot.
func plain(name string) string {
	name = strings.Trim(odd.ReplaceAllString(name, "-"), "-.")
	return strings.Trim(name[:min(len(name), 64)], "-.")
}

// word writes a path as one word of a shell.
func word(path string) string {
	if path != "" && !regexp.MustCompile(`[^A-Za-z0-9_./-]`).MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
