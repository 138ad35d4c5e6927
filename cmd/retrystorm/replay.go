package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/reports"
)

func newReplay() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "replay RESULT [flags]",
		Short: "Run again what a result.json came from",
		Long: "Run the scenario that a result was made of, on the same engine with the same seeds,\n" +
			"unless a flag says otherwise. In virtual time the new result is the same.",
		Example: "  retrystorm replay out/result.json\n" +
			"  retrystorm replay out/result.json --engine sim --runs 100",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			f.from(r)
			if err := feed(script(r)); err != nil {
				return err
			}
			return handOver(f, "-", nil)
		},
	}
	f.common(c, "", "", "")
	return c
}

// from fills in what no flag has said.
func (f *flags) from(r *reports.Result) {
	f.engine = cmp.Or(f.engine, r.Engine)
	f.runs = cmp.Or(f.runs, strconv.Itoa(max(r.Runs, 1)))
	f.seed = cmp.Or(f.seed, strconv.FormatUint(r.Seed, 10))
	if len(r.Variants) == 1 {
		f.variant = cmp.Or(f.variant, r.Variants[0].Name)
	}
}

var errNoDeclaration = errors.New("holds no declaration to run again")

func readResult(path string) (*reports.Result, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := reports.Read(file)
	if err == nil && len(r.Declaration) == 0 {
		err = errNoDeclaration
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// script is the whole script that a result's declaration needs; JSON is an
// expression of JavaScript.
func script(r *reports.Result) []byte {
	return fmt.Appendf(nil, `import { Experiment } from 'k6/x/retrystorm';
const again = new Experiment(%s);
export const options = again.options;
export default function () { again.run(); }
export const handleSummary = again.summary;
`, r.Declaration)
}
