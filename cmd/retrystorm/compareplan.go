package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/plan"
	"github.com/retrystorm/retrystorm/reports/table"
)

// planAt gives the path of the plan that an argument names: a file that says of itself
// that it is one, or a folder with one and without a result. It is empty if it names none.
func planAt(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, reports.FileName)); err == nil {
			return "", nil
		}
		path = filepath.Join(path, plan.FileName)
		if _, err := os.Stat(path); err != nil {
			return "", nil //nolint:nilerr // there is none
		}
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", err // a pipe can be read once only
	}
	schema, err := schemaOf(path)
	if family, _, _ := strings.Cut(plan.Schema, "/"); err != nil || !strings.HasPrefix(schema, family+"/") {
		return "", err
	}
	return path, nil
}

// comparePlans compares two plans, and says whether that is what the arguments name.
func comparePlans(before, after string, margin float64, format string, w io.Writer) (bool, error) {
	old, err := planAt(before)
	if err != nil {
		return false, err
	}
	candidate, err := planAt(after)
	switch {
	case err != nil || old == "" && candidate == "":
		return false, err
	case old == "" || candidate == "":
		return true, errors.New("one of OLD and NEW is a plan and the other one is none; compare two plans, or two results")
	}
	a, err := readPlan(old)
	if err != nil {
		return true, err
	}
	b, err := readPlan(candidate)
	if err != nil {
		return true, err
	}
	c, err := plan.Compare(a, b, margin)
	if err != nil {
		return true, fmt.Errorf("cannot compare %s (OLD) with %s (NEW): %w", phrase.Plain(before), phrase.Plain(after), err)
	}
	if err := writePlans(c, format, w); err != nil {
		return true, err
	}
	return true, codeOf(c.Answer)
}

func writePlans(c *plan.Comparison, format string, w io.Writer) error {
	switch format {
	case "json":
		return c.WriteJSON(w)
	case "markdown":
		return errors.New("--format markdown is not there for plans; write table or json")
	}
	look := console.Of(os.Stdout, os.Getenv)
	return c.WriteTable(w, table.Style{Width: look.Width, Colour: look.Colour, Timeline: look.Blocks})
}

func readPlan(path string) (*plan.Plan, error) {
	p, err := plan.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", phrase.Plain(path), err)
	}
	return p, nil
}
