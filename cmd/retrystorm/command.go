package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

// newCommand gives the command line. It has no state but what it parses.
func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "retrystorm COMMAND",
		Short: "Reproduce retry storms and say whether the system collapses or recovers",
		Example: "  retrystorm run kounta-friday    an incident, before and after the fix, in three minutes\n" +
			"  retrystorm new checkout         a scenario of your own to start from: checkout.js",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp())
	root.AddCommand(newNew(), newRun(), newPlan(), newAdvise(), newReport(), newCompare(), newReplay(), newList(), newCompletion())
	return root
}

// version names this build, with the k6 and the Go in it.
func version() string {
	v := k6x.Versions()
	return fmt.Sprintf("%s (k6 %s, %s)", cmp.Or(v["retrystorm"], "(devel)"), cmp.Or(v["k6"], "unknown"), v["go"])
}
