package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/internal/k6x"
	"github.com/retrystorm/retrystorm/scenarios"
)

// newCommand gives the command line. It has no state but what it parses.
func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "retrystorm",
		Short:         "Reproduce retry storms and say whether the system collapses or recovers",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newRun(), newReplay(), newList())
	return root
}

// version names this build, with the k6 and the Go in it.
func version() string {
	v := k6x.Versions()
	return fmt.Sprintf("%s (k6 %s, %s)", cmp.Or(v["retrystorm"], "(devel)"), cmp.Or(v["k6"], "unknown"), v["go"])
}

func newList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the scenarios that this program carries with it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, s := range scenarios.All() {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%-24s %s\n", s.Name, s.Title); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
