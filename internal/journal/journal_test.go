package journal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/journal"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// counting answers by the seed, and counts what it was asked.
type counting struct{ asked int }

func (c *counting) Probe(_ context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i, t := range trials {
		c.asked++
		answers[i] = probe.Answer{Kind: verdict.Recovered, Sales: int64(t.Seed), P99: 0.25}
	}
	return answers, nil
}

func trials(key string, seeds ...uint64) []probe.Trial {
	all := make([]probe.Trial, len(seeds))
	for i, s := range seeds {
		all[i] = probe.Trial{Key: key, Seed: s}
	}
	return all
}

func open(t *testing.T, path string, resume bool) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path, "a scenario", resume)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestResumedSearchMakesNoRunTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.jsonl")
	var made counting
	j := open(t, path, false)
	want, err := j.Before(&made).Probe(t.Context(), trials("a", 1, 2, 3))
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	cut(t, path, 5) // as a full disk or the end of the process may leave it

	j = open(t, path, true)
	got, err := j.Before(&made).Probe(t.Context(), append(trials("a", 1, 2, 3), trials("b", 1)...))
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got[:3]); diff != "" {
		t.Errorf("(-first +resumed):\n%s", diff)
	}
	if made.asked != 5 {
		t.Errorf("%d runs were made; the third was cut short and the fourth is new, so want 3 and 2", made.asked)
	}
	if j := open(t, path, true); j.Known() != 4 {
		t.Errorf("%d runs are known after all, want 4", j.Known())
	}
}

func cut(t *testing.T, path string, bytes int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-bytes], 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNewSearchBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.jsonl")
	for range 2 {
		var made counting
		j := open(t, path, false)
		_, err := j.Before(&made).Probe(t.Context(), trials("a", 1, 2))
		if err := errors.Join(err, j.Close()); err != nil || made.asked != 2 {
			t.Errorf("%d runs, %v", made.asked, err)
		}
	}
}

func TestJournalOfSomethingElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "runs.jsonl")
	if err := open(t, path, false).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Open(path, "another scenario", true); !errors.Is(err, journal.ErrOther) {
		t.Errorf("another scenario: %v", err)
	}
	if _, err := journal.Open(filepath.Join(dir, "none"), "a scenario", true); err == nil || !strings.Contains(err.Error(), "nothing to resume") {
		t.Errorf("no journal: %v", err)
	}
	if err := os.WriteFile(path, []byte("{\"schema\":\"other\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Open(path, "a scenario", true); err == nil || !strings.Contains(err.Error(), "is no journal") {
		t.Errorf("another file: %v", err)
	}
}
