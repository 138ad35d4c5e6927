package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/scenarios"
)

// unknownCommand says that there is no such command, and which was likely meant.
func unknownCommand(root *cobra.Command, name string) error {
	hint := "`retrystorm help` names those there are"
	if near := nearCommands(root, name); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	} else if _, err := scenarios.Source(name); err == nil || strings.HasSuffix(name, ".js") {
		hint = "did you mean retrystorm run " + word(name) + "?"
	}
	return fmt.Errorf("unknown command %s; %s", field.Show(name), hint)
}

// nearCommands gives the commands that a name begins, that it is another word
// for, or else the one that it is a slip of.
func nearCommands(root *cobra.Command, name string) []string {
	if name == "" {
		return nil
	}
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return slices.Sorted(slices.Values(near))
	}
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := field.Nearest(name, names); near != "" {
		return []string{near}
	}
	return nil
}

// flagError words what is wrong with a flag, and says which was likely meant.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case !c.HasParent() && len(c.Flags().Args()) > 0:
		// No command was found, so its flags are not known, either.
		return unknownCommand(c, c.Flags().Args()[0])
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &invalid):
		if _, ok := invalid.GetFlag().Value.(*choice); ok {
			return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, invalid.Unwrap())
		}
	}
	return err
}

// unknownFlag says that a command has no such flag. One written with a single
// dash comes as the short flags that it could be.
func unknownFlag(c *cobra.Command, unknown *pflag.NotExistError) error {
	written, dashes := unknown.GetSpecifiedName(), "--"
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		written, dashes = short, "-"
	}
	hint := fmt.Sprintf("`%s --help` names those there are", c.CommandPath())
	if near := field.Nearest(written, longFlags(c)); near != "" {
		hint = "did you mean --" + near + "?"
	} else if strings.Contains(c.Use, "K6 FLAGS") {
		hint += "; k6's own go behind --"
	}
	return fmt.Errorf("unknown flag: %s%s; %s", dashes, phrase.Name(written), hint)
}

func longFlags(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// takes refuses any other number of arguments than there are names for.
func takes(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return fmt.Errorf("%s needs %s; `retrystorm help %[1]s` has an example", c.Name(), strings.Join(names[len(args):], " and "))
		}
		if len(args) > len(names) {
			return fmt.Errorf("%s takes %s, and not %s as well; a name with spaces needs quotes",
				c.Name(), listed(names), field.Show(args[len(names)]))
		}
		return nil
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "no arguments"
	}
	return strings.Join(names, " and ")
}
