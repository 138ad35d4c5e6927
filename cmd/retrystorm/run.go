package main

import (
	"errors"
	"fmt"
	"maps"
	"os"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/k6x"
)

// flags are what `retrystorm run` understands.
type flags struct {
	engine, variant, out string
	trace                string
	runs, seed           string // numbers, which the extension reads
	env                  []string
	quiet, prove         bool
	gate
}

// gate are the flags that say what must hold; the extension reads their values.
type gate struct {
	atLeast, recover, collapse, amplification string
	lost, duplicated                          bool
}

func newRun() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:               "run SCENARIO [flags] [-- K6 FLAGS]",
		Short:             "Run a scenario: a path, or the name of a shipped one",
		Long:              "Run every variant and print one table. What follows -- goes to k6: -- --out json=metrics.json",
		Example:           "  retrystorm run checkout.js --engine sim --variant 'with backoff' --runs 100 --out out",
		SuggestFor:        []string{"start", "exec", "test"},
		ValidArgsFunction: completeScenario,
		Args:              func(c *cobra.Command, args []string) error { return oneScenario(ownArgs(c, args)) },
		RunE: func(c *cobra.Command, args []string) error {
			if err := given(c); err != nil {
				return err
			}
			own := ownArgs(c, args)
			path, err := locate(own[0])
			if err != nil {
				return err
			}
			return handOver(f, path, args[len(own):])
		},
	}
	f.common(c, "auto", "1", "1")
	c.Flags().StringArrayVarP(&f.env, "env", "e", nil, "set a variable that the script reads: `KEY=VALUE`")
	completes(c, "env", cobra.NoFileCompletions)
	completes(c, "variant", completeVariant(scenarioVariants))
	return c
}

// engineWords are the words for --engine.
var engineWords = []cobra.Completion{
	cobra.CompletionWithDesc("auto", "docker where a daemon answers, else local"),
	cobra.CompletionWithDesc("docker", "a backend in a container"),
	cobra.CompletionWithDesc("local", "a backend in a child process"),
	cobra.CompletionWithDesc("sim", "a model of the backend, in virtual time"),
}

// common declares the flags that every command with runs has; the help says what
// engine, runs and seed are without them.
func (f *flags) common(c *cobra.Command, engine, runs, seed string) {
	choose(c, &f.engine, "engine", "", "what runs the backend: auto, docker, local or sim (default "+engine+")", engineWords...)
	c.Flags().StringVar(&f.variant, "variant", "", "the one variant to run, by its `name` (default: all)")
	c.Flags().StringVar(&f.runs, "runs", "", "the `number` of runs of each variant (default "+runs+")")
	c.Flags().StringVar(&f.seed, "seed", "", "the `number` that seeds the first run; others count up (default "+seed+")")
	c.Flags().StringVar(&f.out, "out", "", "the `folder` for result.json and the reports made of it")
	c.Flags().StringVar(&f.trace, "trace", "", "the `file` for each attempt of the run, a line of JSON each; of one run only")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress, nothing but the table and warnings")
	c.Flags().BoolVar(&f.prove, "prove", false, "make each collapsed run again without retries (sim always does)")
	completes(c, "runs", cobra.NoFileCompletions)
	completes(c, "seed", cobra.NoFileCompletions)
	must(c.MarkFlagDirname("out"))
	f.gate.declare(c)
}

// declare declares the flags of the gate. What they ask for holds for the
// variants that are expected to come back.
func (g *gate) declare(c *cobra.Command) {
	c.Flags().StringVar(&g.atLeast, "at-least", "", "the `probability` that the runs must show, such as 0.95")
	c.Flags().StringVar(&g.recover, "time-to-recover-below", "", "a bound on the `time` to recover, such as 60s")
	c.Flags().StringVar(&g.collapse, "collapse-below", "", "a bound on the mean `time` of a collapse, such as 30m")
	c.Flags().StringVar(&g.amplification, "amplification-below", "", "a bound on the `attempts` per sale, such as 2")
	c.Flags().BoolVar(&g.lost, "nothing-lost", false, "each acknowledged sale is in the ledger")
	c.Flags().BoolVar(&g.duplicated, "nothing-duplicated", false, "no sale is in the ledger twice")
	titled(c, "Gate: what must hold of the variants that are expected to come back",
		"at-least", "time-to-recover-below", "collapse-below", "amplification-below", "nothing-lost", "nothing-duplicated")
	for _, name := range []string{"at-least", "time-to-recover-below", "collapse-below", "amplification-below"} {
		completes(c, name, cobra.NoFileCompletions)
	}
}

// given says which flag of the gate was given nothing, such as a variable that
// is not set: no gate would stand there, and nobody would know.
func given(c *cobra.Command) error {
	for _, name := range []string{"at-least", "time-to-recover-below", "collapse-below", "amplification-below"} {
		if f := c.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
			return fmt.Errorf("--%s is empty; give it a value, or leave it out", name)
		}
	}
	return nil
}

// settings are the flags as the extension reads them.
func (g gate) settings() map[string]string {
	s := map[string]string{
		k6x.AtLeastVar:            g.atLeast,
		k6x.TimeToRecoverBelowVar: g.recover,
		k6x.CollapseBelowVar:      g.collapse,
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

// oneScenario refuses any other number of scenarios than one.
func oneScenario(named []string) error {
	const one = "run needs one scenario, a path or a name, and was given "
	switch n := len(named); n {
	case 0:
		return errors.New(one + "0; `retrystorm list` names the shipped ones")
	case 1:
		return nil
	default:
		return fmt.Errorf(one+"%d, %s among them; a name with spaces needs quotes", n, field.Show(named[1]))
	}
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
		if value == "" {
			continue // as the environment says
		}
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
	demandExperiment()
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
		k6x.TraceVar:   f.trace,
		// The extension is built in; k6 must not look for another binary.
		"K6_AUTO_EXTENSION_RESOLUTION": "false",
		k6x.ProgressVar:                "1",
	}
	if f.quiet {
		s[k6x.QuietVar] = "1"
	}
	if f.prove {
		s[k6x.ProveVar] = "1"
	}
	maps.Copy(s, f.gate.settings())
	return s
}
