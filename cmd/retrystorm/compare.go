package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/compare"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

func newCompare() *cobra.Command {
	var cfg compare.Config
	var format string
	c := &cobra.Command{
		Use:   "compare OLD NEW [flags]",
		Short: "Compare two results: what is better, what is worse",
		Long: "Compare a candidate with a baseline: two result.json, or two directories that hold one for\n" +
			"each scenario; or two plan.json, where an edge that moved inward is worse. Exit code 99 if\n" +
			"something is worse, 110 if NEW proves nothing, 0 otherwise.",
		Example: "  retrystorm compare baseline/ out/\n" +
			"  retrystorm compare old/result.json out/result.json --margin 0.1 --format markdown",
		Args:              takes("a baseline, OLD", "a candidate, NEW"),
		ValidArgsFunction: completeResults,
		RunE: func(c *cobra.Command, args []string) error {
			if done, err := comparePlans(args[0], args[1], cfg.Margin, format, c.OutOrStdout()); done || err != nil {
				return err
			}
			found, err := compared(args[0], args[1], cfg)
			if err != nil {
				return err
			}
			if err := writeComparison(found, format, c.OutOrStdout()); err != nil {
				return err
			}
			return codeOf(found.Answer)
		},
	}
	c.Flags().Float64Var(&cfg.Alpha, "alpha", compare.DefaultAlpha, "the highest probability `P` of a false alarm in one comparison")
	c.Flags().Float64Var(&cfg.Margin, "margin", compare.DefaultMargin, "the least change `M` that counts; 0.05 is 5 %, of a share 5 points")
	c.Flags().BoolVar(&cfg.AcrossEngines, "across-engines", false, "compare results of different engines")
	choose(c, &format, "format", "table", "how to write it: table, markdown or json", "table", "markdown", "json")
	return c
}

// completeResults completes the two results: files, or folders.
func completeResults(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
}

func writeComparison(c *compare.Comparison, format string, w io.Writer) error {
	switch format {
	case "markdown":
		return c.WriteMarkdown(w)
	case "json":
		return c.WriteJSON(w)
	}
	return c.WriteTable(w, console.Of(os.Stdout, os.Getenv).Width)
}

// codeOf gives the exit code of a comparison's answer as an error, nil for 0.
func codeOf(answer compare.Answer) error {
	switch answer {
	case compare.Worse:
		return exitCode(exitcodes.ThresholdsHaveFailed)
	case compare.Invalid:
		return exitCode(exitcodes.MarkedAsFailed)
	}
	return nil
}

func compared(before, after string, cfg compare.Config) (*compare.Comparison, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	old, err := resultsAt(before)
	if err != nil {
		return nil, err
	}
	candidate, err := resultsAt(after)
	if err != nil {
		return nil, err
	}
	c, err := compare.Results(old, candidate, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot compare %s (OLD) with %s (NEW): %w", phrase.Plain(before), phrase.Plain(after), err)
	}
	return c, nil
}

// resultsAt reads the result at path, or all those in a directory and below.
func resultsAt(path string) ([]*reports.Result, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		r, err := resultAt(path)
		if err != nil {
			return nil, err
		}
		return []*reports.Result{r}, nil
	}
	names, err := resultsBelow(path)
	if err != nil {
		return nil, err
	}
	var all []*reports.Result
	holder := map[string]string{} // the file of each scenario
	for _, name := range names {
		r, err := resultAt(name)
		if err != nil {
			return nil, err
		}
		if other, taken := holder[r.Scenario]; taken {
			return nil, fmt.Errorf("%s holds two results of %s: %s and %s", phrase.Plain(path), phrase.Name(r.Scenario), phrase.Plain(other), phrase.Plain(name))
		}
		holder[r.Scenario] = name
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no result: no %s, and no other .json with the schema %s", phrase.Plain(path), reports.FileName, reports.Schema)
	}
	return all, nil
}

// resultsBelow names the results in a directory, in the order of their paths:
// each result.json, and each other JSON file that names a schema of results.
func resultsBelow(dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".json" {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		is := d.Name() == reports.FileName
		if info, err := os.Stat(path); err != nil || !is && !info.Mode().IsRegular() {
			return err
		}
		if !is {
			is, err = namesResult(path)
		}
		if is {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot look for results: %w", err)
	}
	return names, nil
}

// namesResult says whether a JSON file says of itself that it is a result, of
// whatever version. What is no JSON object is none, however large.
func namesResult(path string) (bool, error) {
	schema, err := schemaOf(path)
	family, _, _ := strings.Cut(reports.Schema, "/")
	return strings.HasPrefix(schema, family+"/"), err
}

// schemaOf gives the schema that a JSON file names; empty if it names none.
func schemaOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	// One that is too large to be read need only say what it is at its beginning.
	var looked io.Reader = f
	if info, err := f.Stat(); err == nil && info.Size() > reports.MaxSize {
		looked = io.LimitReader(f, 1<<20)
	}
	dec := json.NewDecoder(looked)
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return "", nil //nolint:nilerr // no JSON, so no schema
	}
	for dec.More() {
		key, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return "", nil //nolint:nilerr // likewise
		}
		var schema string
		if key == "schema" && json.Unmarshal(value, &schema) == nil {
			return schema, nil
		}
	}
	return "", nil
}

func resultAt(path string) (*reports.Result, error) {
	r, err := reports.ReadFile(path)
	var of *fs.PathError
	if errors.As(err, &of) {
		return nil, err // which names the path
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", phrase.Plain(path), err)
	}
	return r, nil
}
