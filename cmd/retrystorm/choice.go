package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/internal/field"
)

// choice is the value of a flag that takes one of a few words. An empty one is
// the default, as where a script passes on a variable that is not set.
type choice struct {
	value    *string
	fallback string
	words    []string
}

// choose declares a flag that takes one of a few words, which a shell completes;
// behind a tab in a word stands what it means.
func choose(c *cobra.Command, value *string, name, fallback, usage string, words ...cobra.Completion) {
	f := &choice{value: value, fallback: fallback}
	for _, w := range words {
		plain, _, _ := strings.Cut(w, "\t")
		f.words = append(f.words, plain)
	}
	*value = fallback
	c.Flags().Var(f, name, usage)
	completes(c, name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// String gives the word chosen.
func (f *choice) String() string { return *f.value }

// Type gives what the help calls a value.
func (f *choice) Type() string { return "word" }

// Set chooses a word, or says which was likely meant.
func (f *choice) Set(word string) error {
	if word == "" {
		*f.value = f.fallback
		return nil
	}
	if err := oneOf(word, f.words); err != nil {
		return err
	}
	*f.value = word
	return nil
}

// oneOf says that a word is none of those that can be written, and which was
// likely meant.
func oneOf(word string, words []string) error {
	_, err := field.OneOf(word, words)
	if near := field.Nearest(word, words); err != nil && near != "" {
		return fmt.Errorf("%s is not known; did you mean '%s'?", field.Show(word), near)
	}
	return err
}
