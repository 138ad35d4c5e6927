package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/plan"
	"github.com/retrystorm/retrystorm/reports/table"
)

// asked is what a command asks that searches among many plans of one scenario.
type asked struct {
	variant, out string
	atLeast      float64
	seed         uint64
	runs         int
	env          []string
	quiet        bool
	resume       bool
}

// planFlags are what `retrystorm plan` understands.
type planFlags struct {
	asked
	vary       []string
	kinds      []string
	confidence float64
	demand     bool
	confirm    string
}

func newPlan() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "plan SCENARIO [--vary PATH=FROM..TO] [flags]",
		Short: "Find how far a parameter can go before the system no longer heals itself",
		Long: "Vary one parameter to find the edge where the verdict flips, or two for a map; with none, find\n" +
			"what demand it stands. Exit code 104 without an edge, 110 without proof, 99 if --confirm disagrees.",
		Example: "  retrystorm plan kounta-friday --vary fleet.0.terminals=500..4000\n" +
			"  retrystorm plan checkout.js --vary timeline.0.times=1..6 --vary backend.nodes.0.workers=10..50\n" +
			"  retrystorm plan checkout.js --vary 'fleet.*.terminals=0.5x..4x' --confirm local",
		ValidArgsFunction: completeScenario,
		Args:              takes("SCENARIO"),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	c.Flags().StringArrayVar(&f.vary, "vary", nil, "what to vary: `PATH=FROM..TO`, 0.5x..4x or VALUE,VALUE; twice for a map")
	c.Flags().StringSliceVar(&f.kinds, "for", nil, "the `verdict` that is to come out (default healthy or recovered)")
	c.Flags().Float64Var(&f.confidence, "confidence", 0.95, "of the edge's interval, a `share`")
	c.Flags().BoolVar(&f.demand, "demand", false, "find the demand that the system stands, too")
	choose(c, &f.confirm, "confirm", "", "run both sides of the edge for real: docker or local", "docker", "local")
	f.declare(c, 2000)
	completes(c, "vary", cobra.NoFileCompletions)
	completes(c, "for", cobra.FixedCompletions([]cobra.Completion{"healthy", "recovered", "degraded", "collapsed", "overloaded"}, cobra.ShellCompDirectiveNoFileComp))
	completes(c, "confidence", cobra.NoFileCompletions)
	return c
}

// declare declares the flags that such commands have in common.
func (f *asked) declare(c *cobra.Command, runs int) {
	c.Flags().StringVar(&f.variant, "variant", "", "the variant, by its `name`")
	c.Flags().Float64Var(&f.atLeast, "at-least", 0.95, "the `probability` that must be shown")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "the `number` that seeds the first runs")
	c.Flags().IntVar(&f.runs, "runs", runs, "the most `runs` of one search")
	c.Flags().StringVar(&f.out, "out", "", "the `folder` for the answer and its reports")
	c.Flags().BoolVar(&f.resume, "resume", false, "go on from what an interrupted search left in --out")
	c.Flags().StringArrayVarP(&f.env, "env", "e", nil, "set a variable that the script reads: `KEY=VALUE`")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress, nothing but the answer")
	for _, name := range []string{"at-least", "seed", "runs", "env"} {
		completes(c, name, cobra.NoFileCompletions)
	}
	completes(c, "variant", completeVariant(scenarioVariants))
	must(c.MarkFlagDirname("out"))
}

func (f *planFlags) run(c *cobra.Command, scenario string) error {
	s, err := f.begin(c, scenario, "plan", func(v *experiment.Variant) bool { return v.Expect.Passing() })
	if err != nil {
		return err
	}
	defer s.end()
	cfg, err := f.config(s)
	if err != nil {
		return err
	}
	r, err := capacity.Run(s.ctx, cfg)
	s.tidy()
	if err != nil {
		return err
	}
	var confirmed []capacity.Confirmed
	if f.confirm != "" && r.Complete {
		if confirmed, err = s.confirm(cfg, &r, f.confirm); err != nil {
			return err
		}
	}
	return f.conclude(c, s, &r, confirmed)
}

func (f *planFlags) config(s *searching) (capacity.Config, error) {
	cfg := capacity.Config{
		Declaration: s.declaration, Variant: s.variant, Demand: f.demand || len(f.vary) == 0,
		AtLeast: f.atLeast, Confidence: f.confidence, Seed: f.seed, Runs: f.runs,
		Prober: s.prober, Progress: s.progress,
	}
	for _, word := range f.kinds {
		var k verdict.Kind
		if err := k.UnmarshalText([]byte(word)); err != nil {
			return cfg, fmt.Errorf("--for %w", err)
		}
		if k == verdict.Invalid {
			return cfg, errors.New("--for 'invalid' is no verdict to look for; write 'healthy', 'recovered', 'degraded', 'collapsed' or 'overloaded'")
		}
		cfg.For = append(cfg.For, k)
	}
	slices.Sort(cfg.For)
	cfg.For = slices.Compact(cfg.For)
	for _, text := range f.vary {
		a, err := capacity.ParseAxis(s.declaration, s.variant, text)
		if err != nil {
			return cfg, fmt.Errorf("--vary %s:\n%w", text, err)
		}
		cfg.Axes = append(cfg.Axes, a)
	}
	return cfg, nil
}

// conclude writes the answer and gives the exit code.
func (f *planFlags) conclude(c *cobra.Command, s *searching, r *capacity.Result, confirmed []capacity.Confirmed) error {
	p := plan.New(s.name, campaign.VirtualName, r, confirmed)
	if f.out != "" {
		if err := plan.Save(f.out, p); err != nil {
			return err
		}
	}
	look := console.Of(os.Stdout, os.Getenv)
	if err := plan.WriteTable(c.OutOrStdout(), p, table.Style{Width: look.Width, Colour: look.Colour, Timeline: look.Blocks}); err != nil {
		return err
	}
	if r.Complete {
		if err := s.discard(); err != nil {
			return err
		}
	}
	if !r.Complete && f.out != "" {
		fmt.Fprintln(os.Stderr, "interrupted; the same command with --resume goes on from here")
	}
	disagrees := slices.ContainsFunc(confirmed, func(c capacity.Confirmed) bool { return !c.Agrees })
	switch {
	case !r.Complete || r.Unjudged:
		return exitCode(exitcodes.MarkedAsFailed)
	case len(r.Axes) == 1 && r.Edge == nil:
		return exitCode(exitcodes.InvalidConfig)
	case disagrees:
		return exitCode(exitcodes.ThresholdsHaveFailed)
	}
	return nil
}
