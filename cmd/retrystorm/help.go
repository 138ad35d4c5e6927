package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// story is the order in which the commands come into use.
var story = []string{"new", "run", "plan", "advise", "report", "compare", "replay", "list", "completion", "help"}

// closing is what one may want to know beside the commands.
const closing = `
Exit codes: 0 as expected; 99 not, or worse; 110 a run proves nothing; 104 bad input; else k6's own.
More: retrystorm help COMMAND, and https://github.com/retrystorm/retrystorm#readme
`

// columns is how wide a help is at most.
const columns = 100

// usage writes a command's help below its description, as short as it can be.
func usage(c *cobra.Command) error {
	line := c.Use
	if c.HasParent() {
		line = c.Parent().CommandPath() + " " + c.Use
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n", line)
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nCommands:\n%s\n", commands(c))
	}
	if c.HasExample() {
		fmt.Fprintf(&b, "Examples:\n%s\n", c.Example)
	}
	for _, g := range groups(c.Flags()) {
		fmt.Fprintf(&b, "\n%s:\n%s", g.title, g.flags.FlagUsagesWrapped(columns))
	}
	if !c.HasParent() {
		b.WriteString(closing)
	}
	_, err := fmt.Fprint(c.OutOrStderr(), b.String())
	return err
}

// commands gives a line for each command.
func commands(c *cobra.Command) string {
	place := func(c *cobra.Command) int {
		if i := slices.Index(story, c.Name()); i >= 0 {
			return i
		}
		return len(story)
	}
	all := slices.Clone(c.Commands())
	slices.SortStableFunc(all, func(a, b *cobra.Command) int { return place(a) - place(b) })
	var b strings.Builder
	for _, c := range all {
		if c.IsAvailableCommand() || c.Name() == "help" {
			fmt.Fprintf(&b, "  %-11s %s\n", c.Name(), c.Short)
		}
	}
	return b.String()
}

// group are flags that belong together.
type group struct {
	title string
	flags *pflag.FlagSet
}

const groupKey = "retrystorm_group" // of the annotation that holds a flag's title

// titled puts flags of a command under a title of their own.
func titled(c *cobra.Command, title string, names ...string) {
	for _, name := range names {
		must(c.Flags().SetAnnotation(name, groupKey, []string{title}))
	}
}

// groups gives the flags by their titles, in the order declared. Every command
// has --help and nobody needs to be told here.
func groups(flags *pflag.FlagSet) []group {
	var all []group
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Annotations[cobra.FlagSetByCobraAnnotation] != nil {
			return
		}
		title := "Flags"
		if t := f.Annotations[groupKey]; len(t) > 0 {
			title = t[0]
		}
		i := slices.IndexFunc(all, func(g group) bool { return g.title == title })
		if i < 0 {
			i = len(all)
			all = append(all, group{title, pflag.NewFlagSet("", pflag.ContinueOnError)})
			all[i].flags.SortFlags = false
		}
		all[i].flags.AddFlag(f)
	})
	return all
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Show the help of a command, as COMMAND --help does",
		Example: "  retrystorm help run",
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			for _, other := range c.Root().Commands() {
				if len(args) == 0 && other.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(other.Name(), other.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(c.Root(), rest[0])
			}
			return about.Help()
		},
	}
}

// must holds what only a mistake in this program can break.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
