// Package trace lets tests hold text traces: files that say what happens and what
// comes of it. It is for tests alone, and imports nothing of the project.
package trace

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what comes of the traces into testdata/*.txt")

// Replay plays each of testdata/*.txt in a test of its own: play gets the text of the
// file and gives what it should be, which with -rewrite is written in its place.
func Replay(t *testing.T, play func(t *testing.T, text string) string) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *rewrite {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("it goes otherwise (-trace +played; -rewrite to accept):\n%s", diff)
			}
		})
	}
}

// Blocks plays a text of blocks that empty lines divide, one after the other.
func Blocks(text string, play func(block string) string) string {
	var played []string
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		played = append(played, play(block))
	}
	return strings.Join(played, "\n\n") + "\n"
}
