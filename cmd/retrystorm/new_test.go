package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/scenarios"
)

func TestTemplateHasWhatANewScenarioReplaces(t *testing.T) {
	if n := strings.Count(template, templateName); n != 2 {
		t.Errorf("new.js names %s %d times, want in its title and in its declaration", templateName, n)
	}
	if !strings.HasPrefix(template, "// @ts-check\n/// <reference path=\""+templateRef+"\" />\n") {
		t.Error("new.js does not begin with the reference to the typings")
	}
	if _, err := os.Stat(templateRef); err != nil {
		t.Errorf("new.js refers to what is not there: %v", err)
	}
	if len(scenarios.Variants([]byte(template))) != 2 {
		t.Error("the variants of new.js cannot be completed")
	}
}

func TestEachPartOfTheTemplateIsExplained(t *testing.T) {
	for _, part := range []string{
		"const today", "const careful", "  backend:", "  timeline:", "  horizon:", "  variants:", "export const options",
	} {
		before, _, found := strings.Cut(template, "\n"+part)
		lines := strings.Split(before, "\n")
		if above := strings.TrimSpace(lines[len(lines)-1]); !found || !strings.HasPrefix(above, "//") && !strings.HasPrefix(above, "/**") {
			t.Errorf("%q has no comment above it: %q", part, above)
		}
	}
}

func TestNameMadeFromAWrongOneIsRight(t *testing.T) {
	tests := map[string]string{
		"my shop": "my-shop", "größe 1": "gr-e-1", "--x y--": "x-y", "": "", "..": "", "é": "", "../x": "x",
		strings.Repeat("a", 70): strings.Repeat("a", 64), strings.Repeat("a", 63) + "--b c": strings.Repeat("a", 63),
	}
	for name, want := range tests {
		got := plain(name)
		if got != want || got != "" && experiment.CheckName(got) != nil {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestPathIsOneWordOfAShell(t *testing.T) {
	for path, want := range map[string]string{
		"load/shop.js": "load/shop.js", "a b": "'a b'", "it's": `'it'\''s'`, "": "''", "$(x)": "'$(x)'", "~/x": "'~/x'",
	} {
		if got := word(path); got != want {
			t.Errorf("%q is written %s, want %s", path, got, want)
		}
	}
}

func TestFileThatIsThereIsNeverTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.js")
	if err := create(path, "first"); err != nil {
		t.Fatal(err)
	}
	if err := create(path, "second"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want %v", err, fs.ErrExist)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "first" {
		t.Errorf("it holds %q, %v", text, err)
	}
}
