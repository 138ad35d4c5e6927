package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext/exitcodes"

	search "github.com/retrystorm/retrystorm/internal/advice"
	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/k6x"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/advice"
	"github.com/retrystorm/retrystorm/reports/table"
)

// adviseFlags are what `retrystorm advise` understands.
type adviseFlags struct {
	asked
	allow   []string
	forbid  []string
	price   []string
	changes int
	all     bool
	apply   string
}

func newAdvise() *cobra.Command {
	var f adviseFlags
	c := &cobra.Command{
		Use:   "advise SCENARIO [flags]",
		Short: "Find the smallest change after which the system comes back",
		Long: "Of a variant that does not come back, find the smallest changes after which it does, and what each\n" +
			"costs; of one that does, how near each parameter is to the edge. Exit code 99 if nothing helps.",
		Example:           "  retrystorm advise checkout.js --allow client --forbid 'fleet.*.timeout' --out out",
		SuggestFor:        []string{"fix", "suggest", "recommend"},
		ValidArgsFunction: completeScenario,
		Args:              takes("SCENARIO"),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	c.Flags().StringSliceVar(&f.allow, "allow", nil, "the `classes` that may change: client,server,operator")
	c.Flags().StringArrayVar(&f.forbid, "forbid", nil, "a `PATH` that may not change, nor what is below it")
	c.Flags().StringArrayVar(&f.price, "price", nil, "what a change costs, others cost 1: `PATH=NUMBER`")
	c.Flags().IntVar(&f.changes, "changes", 3, "the most changes together, a `number` up to 3")
	c.Flags().BoolVar(&f.all, "all", false, "look for several changes together even where one suffices")
	c.Flags().StringVar(&f.apply, "apply", "", "write the proposal of that `name` into a copy of the script")
	f.declare(c, 2000)
	completes(c, "allow", cobra.FixedCompletions([]cobra.Completion{"client", "server", "operator"}, cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"forbid", "price", "changes", "apply"} {
		completes(c, name, cobra.NoFileCompletions)
	}
	return c
}

func (f *adviseFlags) run(c *cobra.Command, scenario string) error {
	cfg, err := f.config()
	if err != nil {
		return err
	}
	s, err := f.begin(c, scenario, "advise", func(v *experiment.Variant) bool { return !v.Expect.Passing() })
	if err != nil {
		return err
	}
	defer s.end()
	var apply *application
	if f.apply != "" {
		if apply, err = newApplication(scenario, f.apply, f.env); err != nil {
			return err
		}
	}
	cfg.Declaration, cfg.Variant, cfg.Prober, cfg.Progress = s.declaration, s.variant, s.prober, s.estimate
	r, err := search.Advise(s.ctx, cfg)
	s.tidy()
	switch {
	case errors.Is(err, search.ErrInvalid):
		fmt.Fprintln(os.Stderr, "retrystorm:", err)
		return exitCode(exitcodes.MarkedAsFailed)
	case err != nil:
		return err
	}
	return f.conclude(c, s, r, apply)
}

// config gives what the flags say. A zero would be the default, and nobody writes it.
func (f *adviseFlags) config() (search.Config, error) {
	cfg := search.Config{AtLeast: f.atLeast, Seed: f.seed, Forbid: f.forbid, Price: map[string]float64{}, Changes: f.changes, All: f.all, Most: f.runs}
	switch {
	case f.atLeast == 0:
		return cfg, errors.New("--at-least is 0; write a probability above 0.5 and up to 0.999, such as 0.95")
	case f.changes == 0:
		return cfg, errors.New("--changes is 0; write the most changes that are made together, from 1 to 3")
	case f.runs <= 0:
		return cfg, fmt.Errorf("--runs is %d; write the most runs, such as 2000", f.runs)
	}
	for _, word := range f.allow {
		var class search.Class
		if err := class.UnmarshalText([]byte(word)); err != nil {
			return cfg, fmt.Errorf("--allow %w", err)
		}
		cfg.Allow = append(cfg.Allow, class)
	}
	for _, text := range f.price {
		path, number, ok := strings.Cut(text, "=")
		price, err := strconv.ParseFloat(number, 64)
		if !ok || path == "" || err != nil {
			return cfg, fmt.Errorf("--price %s: write a path and a number, such as 'backend.nodes.*.workers=3'", word(text))
		}
		cfg.Price[path] = price
	}
	return cfg, nil
}

// conclude writes the answer and gives the exit code.
func (f *adviseFlags) conclude(c *cobra.Command, s *searching, r *search.Result, apply *application) error {
	a := advice.New(campaign.VirtualName, r)
	a.Versions, a.Declaration = k6x.Versions(), s.declaration.Text()
	if f.out != "" {
		if err := reports.SaveFile(f.out, advice.FileName, a.WriteJSON); err != nil {
			return err
		}
	}
	look := console.Of(os.Stdout, os.Getenv)
	if err := advice.WriteTable(c.OutOrStdout(), a, table.Style{Width: look.Width, Colour: look.Colour, Timeline: look.Blocks}); err != nil {
		return err
	}
	// What is proven stays so where the search was broken off behind it.
	if apply != nil {
		if err := apply.write(c.Context(), c.OutOrStdout(), a); err != nil {
			return err
		}
	}
	if !a.Complete {
		return exitCode(exitcodes.MarkedAsFailed)
	}
	if err := s.discard(); err != nil {
		return err
	}
	if a.Limit != nil {
		return exitCode(exitcodes.ThresholdsHaveFailed)
	}
	return nil
}
