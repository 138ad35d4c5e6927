package main

import (
	"cmp"
	"errors"
	"fmt"
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
		Example:           "  retrystorm replay out/result.json --engine sim --runs 100",
		Args:              takes("RESULT"),
		ValidArgsFunction: completeResult,
		RunE: func(c *cobra.Command, args []string) error {
			if err := given(c); err != nil {
				return err
			}
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			if len(r.Declaration) == 0 {
				return fmt.Errorf("%s: %w", args[0], errNoDeclaration)
			}
			f.from(r)
			if err := feed(script(r)); err != nil {
				return err
			}
			return handOver(f, "-", nil)
		},
	}
	f.common(c, "as before", "as before", "as before")
	completes(c, "variant", completeVariant(resultVariants))
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
