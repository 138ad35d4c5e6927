package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/scenarios"
)

func newList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the scenarios that this program carries with it",
		Long: "List the scenarios that this program carries with it: the name of each and what it is, and\n" +
			"below that its variants with the verdicts that they are expected to have.",
		Example:    "  retrystorm list",
		SuggestFor: []string{"ls", "scenarios"},
		Args:       takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			for _, s := range scenarios.All() {
				if err := describe(c.OutOrStdout(), s); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// describe writes a scenario's name and title, and its variants below.
func describe(w io.Writer, s scenarios.Scenario) error {
	const column = "%-20s %s\n"
	if _, err := fmt.Fprintf(w, column, s.Name, s.Title); err != nil {
		return err
	}
	script, err := scenarios.Source(s.Name)
	if err != nil {
		return err
	}
	var expected []string
	for _, v := range scenarios.Variants(script) {
		expected = append(expected, v.Name+": "+v.Expect)
	}
	_, err = fmt.Fprintf(w, column, "", strings.Join(expected, ", "))
	return err
}
