package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/reports/advice"
	"github.com/retrystorm/retrystorm/scenarios"
)

// application is a proposal to be written into a copy of a script.
type application struct {
	name   string // of the proposal
	script []byte
	path   string // of the copy
	env    []string
}

// newApplication says where the copy will stand, beside the script so that it finds what
// that imports; nothing may be there yet.
func newApplication(scenario, name string, env []string) (*application, error) {
	a := &application{name: name, env: env}
	var err error
	if a.script, err = os.ReadFile(scenario); errors.Is(err, fs.ErrNotExist) {
		a.script, err = scenarios.Source(scenario)
		scenario += ".js"
	}
	if err != nil {
		return nil, err
	}
	ending := filepath.Ext(scenario)
	a.path = strings.TrimSuffix(scenario, ending) + ".advised" + ending
	if _, err := os.Lstat(a.path); err == nil {
		return nil, a.there()
	}
	return a, nil
}

func (a *application) there() error {
	return fmt.Errorf("--apply: %s is there already, and stays as it is; take it away first", field.Show(a.path))
}

// write writes the copy, sees that it declares the variant, and says what to do with it.
func (a *application) write(ctx context.Context, w io.Writer, found *advice.Advice) error {
	p, err := found.Proposal(a.name)
	if err != nil {
		return fmt.Errorf("--apply: %w", err)
	}
	text, err := scenarios.Extended(a.script, p.VariantName(), p.Patch)
	if err != nil {
		return a.byHand(p, err)
	}
	switch err := create(a.path, string(text)); {
	case errors.Is(err, fs.ErrExist):
		return a.there()
	case err != nil:
		return err
	}
	if err := a.declares(ctx, p); err != nil {
		return errors.Join(a.byHand(p, err), os.Remove(a.path))
	}
	named := word(a.path)
	if strings.HasPrefix(named, "-") {
		named = "./" + named // no flag
	}
	_, err = fmt.Fprintf(w, "wrote %s: the script with the variant %s\n\nNext:\n  retrystorm run %s --engine sim --variant %s\n",
		a.path, field.Show(p.VariantName()), named, word(p.VariantName()))
	return err
}

// byHand says that the script cannot be extended, and what to paste instead.
func (a *application) byHand(p *advice.Proposal, err error) error {
	return fmt.Errorf("--apply: the script %w; paste this under its variants:\n%s", err, p.Paste())
}

// declares says whether the copy, run, declares the variant as it was proposed.
func (a *application) declares(ctx context.Context, p *advice.Proposal) error {
	path := a.path
	if !strings.ContainsRune(path, filepath.Separator) {
		path = "./" + path // one that begins with a dash is no flag
	}
	text, err := declaration(ctx, path, a.env)
	if err != nil {
		return fmt.Errorf("does not run with the variant written into it (%w)", err)
	}
	d, err := experiment.Open(text)
	if err != nil {
		return fmt.Errorf("declares something else with the variant written into it: %w", err)
	}
	patch, err := d.Patch(p.VariantName())
	if err != nil || !alike(patch, p.Patch) {
		return errors.New("does not declare the variant that was written into it, since it computes its declaration")
	}
	return nil
}

// alike says whether two JSON texts mean the same.
func alike(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	s, errA := json.Marshal(x)
	t, errB := json.Marshal(y)
	return errA == nil && errB == nil && bytes.Equal(s, t)
}
