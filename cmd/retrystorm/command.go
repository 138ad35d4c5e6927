package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/scenarios"
)

// newCommand gives the command line. It has no state but what it parses.
func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "retrystorm",
		Short:         "Reproduce retry storms and say whether the system collapses or recovers",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newRun(), newList())
	return root
}

func newList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the scenarios that this program carries with it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, s := range scenarios.All() {
				fmt.Fprintf(c.OutOrStdout(), "%-24s %s\n", s.Name, s.Title)
			}
			return nil
		},
	}
}
