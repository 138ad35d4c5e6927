package main

import (
	"fmt"
	"maps"
	"os"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

// flags are what `retrystorm run` understands.
type flags struct {
	engine, variant, out string
	runs, seed           string // numbers, which the extension reads
	env                  []string
	quiet                bool
	gate
}

// gate are the flags that say what must hold; the extension reads their values.
type gate struct {
	atLeast, recover, amplification string
	lost, duplicated                bool
}

func newRun() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "run SCENARIO [flags] [-- K6 FLAGS]",
		Short: "Run a scenario: a path, or the name of a shipped one",
		Long: "Run every variant of a scenario and print one table. What follows -- goes to k6,\n" +
			"such as an output: -- --out json=metrics.json",
		Example: "  retrystorm run kounta-friday\n" +
			"  retrystorm run scenarios/kounta-friday.js --engine local --variant 'client 4.4.2' --out out",
		Args: func(c *cobra.Command, args []string) error {
			if own := ownArgs(c, args); len(own) != 1 {
				return fmt.Errorf("run needs one scenario, a path or a name, and was given %d; `retrystorm list` names the shipped ones", len(own))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			own := ownArgs(c, args)
			path, err := locate(own[0])
			if err != nil {
				return err
			}
			return handOver(f, path, args[len(own):])
		},
	}
	f.common(c, "auto", "1", "1")
	c.Flags().StringArrayVarP(&f.env, "env", "e", nil, "set an environment variable of the script: KEY=VALUE")
	return c
}

// common declares the flags that every command with runs has; engine, runs and
// seed are their defaults.
func (f *flags) common(c *cobra.Command, engine, runs, seed string) {
	c.Flags().StringVar(&f.engine, "engine", engine, "what runs the backend: auto, docker, local or sim")
	c.Flags().StringVar(&f.variant, "variant", "", "the one variant to run (default: all)")
	c.Flags().StringVar(&f.runs, "runs", runs, "the `number` of runs of each variant")
	c.Flags().StringVar(&f.seed, "seed", seed, "the `number` that seeds the first run; the next ones count up")
	c.Flags().StringVar(&f.out, "out", "", "directory for result.json")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress, nothing but the table")
	f.gate.declare(c)
}

// declare declares the flags of the gate. What they ask for holds for the
// variants that are expected to come back.
func (g *gate) declare(c *cobra.Command) {
	c.Flags().StringVar(&g.atLeast, "at-least", "", "gate: the `probability` that the runs must show, such as 0.95")
	c.Flags().StringVar(&g.recover, "time-to-recover-below", "", "gate: a bound on the `time` to recover, such as 60s")
	c.Flags().StringVar(&g.amplification, "amplification-below", "", "gate: a bound on the `attempts` per sale, such as 2")
	c.Flags().BoolVar(&g.lost, "nothing-lost", false, "gate: each acknowledged sale is in the ledger")
	c.Flags().BoolVar(&g.duplicated, "nothing-duplicated", false, "gate: no sale is in the ledger twice")
}

// settings are the flags as the extension reads them.
func (g gate) settings() map[string]string {
	s := map[string]string{
		k6x.AtLeastVar:            g.atLeast,
		k6x.TimeToRecoverBelowVar: g.recover,
		k6x.AmplificationBelowVar: g.amplification,
	}
	if g.lost {
		s[k6x.NothingLostVar] = "true"
	}
	if g.duplicated {
		s[k6x.NothingDuplicatedVar] = "true"
	}
	return s
}

// ownArgs are the arguments before --.
func ownArgs(c *cobra.Command, args []string) []string {
	if n := c.ArgsLenAtDash(); n >= 0 {
		return args[:n]
	}
	return args
}

// handOver lets k6 run the script at path. It comes back only if it could not:
// k6 ends the process itself, with the exit code.
func handOver(f flags, path string, rest []string) error {
	for key, value := range f.settings() {
		if err := os.Setenv(key, value); err != nil {
			return err
		}
	}
	args := []string{
		"retrystorm", "run", "--quiet", "--log-format", "raw", "--no-usage-report",
	}
	for _, e := range f.env {
		args = append(args, "--env", e)
	}
	os.Args = append(append(args, rest...), path)
	cmd.Execute()
	return nil
}

// settings are the flags as the extension reads them.
func (f flags) settings() map[string]string {
	s := map[string]string{
		k6x.EngineVar:  f.engine,
		k6x.VariantVar: f.variant,
		k6x.RunsVar:    f.runs,
		k6x.SeedVar:    f.seed,
		k6x.OutVar:     f.out,
		// The extension is built in; k6 must not look for another binary.
		"K6_AUTO_EXTENSION_RESOLUTION": "false",
		k6x.ProgressVar:                "1",
	}
	if f.quiet {
		s[k6x.QuietVar] = "1"
	}
	maps.Copy(s, f.gate.settings())
	return s
}
