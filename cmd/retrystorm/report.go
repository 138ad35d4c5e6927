package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/render"
	"github.com/retrystorm/retrystorm/reports/table"
)

func newReport() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "report RESULT [flags]",
		Short: "Make a report of a result: a page, a picture, Markdown, JUnit",
		Long: "Make a report of a result.json, or of the one in a directory, as `run --out` made\n" +
			"all of them. It says how the run came out; whether that passes is for run to say.",
		Example: "  retrystorm report out/result.json\n" +
			"  retrystorm report out/result.json --format html --out friday.html\n" +
			"  retrystorm report out --format svg > timeline.svg\n" +
			"  retrystorm report out --format markdown >> \"$GITHUB_STEP_SUMMARY\"",
		Args:              takes("RESULT"),
		ValidArgsFunction: completeResult,
		RunE: func(c *cobra.Command, args []string) error {
			f, err := render.Named(format)
			if err != nil {
				return err
			}
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			if out != "" {
				if target, err := filepath.EvalSymlinks(out); err == nil {
					out = target // the link stays one
				}
				return reports.SaveFile(filepath.Dir(out), filepath.Base(out), func(w io.Writer) error { return f.Write(w, r) })
			}
			return printed(c.OutOrStdout(), f, r)
		},
	}
	choose(c, &format, "format", "table", "what to make: html, markdown, junit, svg, json or table", formatWords()...)
	c.Flags().StringVarP(&out, "out", "o", "", "the `file` to write (default: standard output)")
	return c
}

// readResult reads a result from a file, or from a directory that run wrote.
func readResult(path string) (*reports.Result, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, reports.FileName)
	}
	return resultAt(path)
}

func formatWords() []cobra.Completion {
	var words []cobra.Completion
	for _, f := range render.Formats() {
		words = append(words, f.Name)
	}
	return words
}

// printed writes a result to standard output; a table as the terminal can show it.
func printed(w io.Writer, f render.Format, r *reports.Result) error {
	if f.Name != "table" {
		return f.Write(w, r)
	}
	c := console.Of(os.Stdout, os.Getenv)
	return table.Write(w, r, table.Style{Width: c.Width, Colour: c.Colour, Timeline: c.Blocks})
}
