package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mostReadme is how many lines README.md may have: what is longer goes to docs.
const mostReadme = 250

// link is a link of a Markdown file, or the source of a picture.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// brokenLinks gives the links that lead to no file beside the document.
func brokenLinks(folder, text string) []string {
	var broken []string
	for _, found := range link.FindAllStringSubmatch(text, -1) {
		target, _, _ := strings.Cut(found[1], "#")
		if target == "" || strings.Contains(target, "://") {
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, target)); err != nil {
			broken = append(broken, found[1])
		}
	}
	return broken
}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDocumentsLinkToWhatIsThere(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	readme := document(t, "../../README.md")
	for _, name := range files {
		if !strings.Contains(readme, "(docs/"+filepath.Base(name)+")") {
			t.Errorf("README.md does not link to %s", filepath.Base(name))
		}
	}
	// Pages begin with a small letter, README.md, their index, does not.
	incidents, err := filepath.Glob("../../docs/incidents/[a-z]*.md")
	if err != nil {
		t.Fatal(err)
	}
	index := document(t, "../../docs/incidents/README.md")
	for _, name := range incidents {
		if !strings.Contains(index, "("+filepath.Base(name)+")") {
			t.Errorf("docs/incidents/README.md does not link to %s", filepath.Base(name))
		}
	}
	for _, name := range append(append(files, incidents...), "../../README.md") {
		for _, l := range brokenLinks(filepath.Dir(name), document(t, name)) {
			t.Errorf("%s links to %s, which is not there", filepath.Base(name), l)
		}
	}
	if n := strings.Count(readme, "\n"); n > mostReadme {
		t.Errorf("README.md has %d lines, more than %d; docs has room", n, mostReadme)
	}
}

func TestBrokenLinkIsNoticed(t *testing.T) {
	const text = "[a](docs_test.go) [b](nowhere.md) ![c](gone.svg) [d](https://example.com/x) [e](#below) [f](nowhere.md#there)"
	if got := brokenLinks(".", text); strings.Join(got, " ") != "nowhere.md gone.svg nowhere.md#there" {
		t.Errorf("broken: %v", got)
	}
}
