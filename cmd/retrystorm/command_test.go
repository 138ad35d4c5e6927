package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// helps gives what the program prints for each way to ask for help.
func helps(t *testing.T) map[string]string {
	t.Helper()
	asked := [][]string{nil, {"--help"}, {"help"}, {"help", "help"}}
	for _, c := range newCommand().Commands() {
		if c.IsAvailableCommand() {
			asked = append(asked, []string{c.Name(), "--help"}, []string{"help", c.Name()})
		}
	}
	said := map[string]string{}
	for _, args := range asked {
		said["retrystorm "+strings.Join(args, " ")] = execute(t, args...)
	}
	return said
}

// execute gives what a command line prints that is followed in this process.
func execute(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	c := newCommand()
	c.SetArgs(append([]string{}, args...))
	c.SetOut(&out)
	if err := c.Execute(); err != nil {
		t.Errorf("%v: %v", args, err)
	}
	return out.String()
}

func TestHelpFitsAScreen(t *testing.T) {
	const lines, wide = 24, 100
	for asked, text := range helps(t) {
		if n := strings.Count(text, "\n"); n < 3 || n > lines {
			t.Errorf("%s has %d lines, want at most %d:\n%s", asked, n, lines, text)
		}
		for line := range strings.Lines(text) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > wide {
				t.Errorf("%s has a line of more than %d columns:\n%s", asked, wide, line)
			}
		}
	}
}

func TestHelpHasAnExampleOfEachCommand(t *testing.T) {
	for asked, text := range helps(t) {
		if !strings.Contains(text, "\nUsage: retrystorm ") || !strings.Contains(text, "\nExamples:\n  ") ||
			!strings.Contains(text[strings.Index(text, "\nExamples:"):], "retrystorm ") {
			t.Errorf("%s shows no usage or no example:\n%s", asked, text)
		}
	}
}

func TestHelpNamesTheCommandsInTheOrderOfTheirUse(t *testing.T) {
	text, at := execute(t, "--help"), 0
	for _, name := range story {
		if c, _, err := newCommand().Find([]string{name}); name != "help" && (err != nil || !c.HasParent()) {
			continue // not there yet
		}
		i := strings.Index(text[at:], "\n  "+name+" ")
		if i < 0 {
			t.Fatalf("%s does not come in its place:\n%s", name, text)
		}
		at += i
	}
	for _, c := range newCommand().Commands() {
		if !strings.Contains(text, "\n  "+c.Name()+" ") {
			t.Errorf("%s is not named:\n%s", c.Name(), text)
		}
	}
}

func TestHelpShowsEachFlag(t *testing.T) {
	for _, c := range newCommand().Commands() {
		text := execute(t, "help", c.Name())
		for _, name := range longFlags(c) {
			if strings.Count(text, "--"+name+" ") == 0 {
				t.Errorf("%s is not in the help of %s:\n%s", name, c.Name(), text)
			}
		}
	}
}

func TestHelpShowsTheGateApartAndFlagsAsDeclared(t *testing.T) {
	text, at := execute(t, "help", "run"), 0
	for _, next := range []string{"\nFlags:\n", "--engine ", "--variant ", "--runs ", "--out ", "\nGate: ", "--at-least ", "--nothing-lost "} {
		i := strings.Index(text[at:], next)
		if i < 0 {
			t.Fatalf("%q does not come in its place:\n%s", next, text)
		}
		at += i
	}
}

func TestEveryFlagWithFewWordsIsCompleted(t *testing.T) {
	for _, c := range newCommand().Commands() {
		for _, name := range longFlags(c) {
			f, ok := c.Flags().Lookup(name).Value.(*choice)
			if !ok {
				continue
			}
			got := execute(t, cobra.ShellCompNoDescRequestCmd, c.Name(), "--"+name, "")
			if want := strings.Join(f.words, "\n") + "\n:4\n"; got != want {
				t.Errorf("%s --%s is completed with %q, want %q", c.Name(), name, got, want)
			}
		}
	}
}
