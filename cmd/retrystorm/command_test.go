package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHelpFitsAScreen(t *testing.T) {
	const lines, columns = 24, 100
	for _, args := range [][]string{{}, {"--help"}, {"help", "run"}, {"run", "--help"}, {"list", "--help"}} {
		var out strings.Builder
		c := newCommand()
		c.SetArgs(args)
		c.SetOut(&out)
		if err := c.Execute(); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		text := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(text) < 3 || len(text) > lines {
			t.Errorf("%v has %d lines", args, len(text))
		}
		for _, line := range text {
			if utf8.RuneCountInString(line) > columns {
				t.Errorf("%v has a line too long: %s", args, line)
			}
		}
	}
}
