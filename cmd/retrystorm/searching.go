package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/journal"
	"github.com/retrystorm/retrystorm/internal/k6x"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/reports"
)

// searching is a search among many plans of one scenario, under way.
type searching struct {
	ctx         context.Context // ends when the user interrupts
	stop        context.CancelFunc
	declaration *experiment.Declaration
	name        string // of the scenario
	variant     string
	prober      probe.Prober
	journal     *journal.Journal // nil without a place for it
	path        string           // of the journal
	shows       bool
	begun       time.Time // the search that is under way, of perhaps several
	made        int       // runs of it
}

// begin reads a scenario, chooses the variant and opens the journal. Without a name the
// variant is the first that suits, or else the first.
func (f *asked) begin(c *cobra.Command, scenario, command string, suits func(*experiment.Variant) bool) (*searching, error) {
	if f.resume && f.out == "" {
		return nil, errors.New("--resume needs --out, the folder that the search was to write to")
	}
	if f.out != "" {
		if err := reports.CheckDir(f.out); err != nil {
			return nil, err
		}
	}
	s := &searching{begun: time.Now(), shows: !f.quiet && console.Of(os.Stderr, os.Getenv).Terminal}
	s.ctx, s.stop = signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
	text, err := declaration(s.ctx, scenario, f.env)
	if err != nil {
		return nil, err
	}
	if s.declaration, err = experiment.Open(text); err != nil {
		return nil, err
	}
	if err := s.choose(f.variant, suits, f.quiet); err != nil {
		return nil, err
	}
	trials := &campaign.Trials{Engine: &campaign.Virtual{Memory: k6x.Available}}
	s.prober = trials
	if f.out == "" {
		return s, nil
	}
	s.path = filepath.Join(f.out, command+".runs.jsonl")
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return nil, err
	}
	if s.journal, err = journal.Open(s.path, about(text), f.resume); err != nil {
		return nil, err
	}
	trials.Made = func(_ int, t *probe.Trial, a probe.Answer) { s.journal.Add(t, a) }
	s.prober = s.journal.Before(trials)
	if n := s.journal.Known(); n > 0 && !f.quiet {
		fmt.Fprintf(os.Stderr, "%d runs are known already\n", n)
	}
	return s, nil
}

// about says all that runs depend on beyond the changes to the declaration and the seed.
func about(declaration []byte) string {
	sum := sha256.Sum256(declaration)
	v := k6x.Versions()
	return fmt.Sprintf("declaration sha256:%s, retrystorm %s, %s", hex.EncodeToString(sum[:]), v["retrystorm"], v["go"])
}

// choose takes the variant of that name, or one that suits, and says which.
func (s *searching) choose(name string, suits func(*experiment.Variant) bool, quiet bool) error {
	exp := s.declaration.Experiment()
	s.name = exp.Name
	if name != "" {
		v, err := exp.Variant(name)
		s.variant = v.Name
		return err
	}
	s.variant = exp.Variants[0].Name
	for i := range exp.Variants {
		if suits(&exp.Variants[i]) {
			s.variant = exp.Variants[i].Name
			break
		}
	}
	if len(exp.Variants) > 1 && !quiet {
		fmt.Fprintf(os.Stderr, "variant %s; another one by --variant\n", field.Show(s.variant))
	}
	return nil
}

// What a terminal understands: to begin its line anew.
const anew = "\r\x1b[K"

// progress shows how far a search has come. How long it takes is known only as a bound.
func (s *searching) progress(made, most int) {
	if made < s.made {
		s.begun = time.Now()
	}
	s.made = made
	if !s.shows || made == 0 {
		return
	}
	spent := time.Since(s.begun)
	left := time.Duration(float64(spent) / float64(made) * float64(most-made))
	fmt.Fprintf(os.Stderr, "%s%d runs of %d at most, %v, %v more at most", anew, made, most,
		spent.Round(time.Second), left.Round(time.Second))
}

// estimate shows how far a search has come that can tell about how many runs are left.
func (s *searching) estimate(made, left int) {
	if !s.shows || made == 0 {
		return
	}
	spent := time.Since(s.begun)
	more := time.Duration(float64(spent) / float64(made) * float64(left))
	fmt.Fprintf(os.Stderr, "%s%d runs, %v, about %v more", anew, made, spent.Round(time.Second), more.Round(time.Second))
}

// tidy takes the progress away.
func (s *searching) tidy() {
	if s.shows {
		fmt.Fprint(os.Stderr, anew)
	}
}

// confirm makes the runs beside an edge on an engine in real time.
func (s *searching) confirm(cfg capacity.Config, r *capacity.Result, engine string) ([]capacity.Confirmed, error) {
	if err := reports.CheckTemp(); err != nil {
		return nil, err
	}
	backends, why, err := harness.Choose(s.ctx, engine)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(os.Stderr, why)
	return capacity.Confirm(s.ctx, cfg, r, engine, &campaign.Trials{Engine: &campaign.RealTime{Backends: backends}})
}

// discard removes the journal of a search that has come to its end.
func (s *searching) discard() error {
	if s.journal == nil {
		return nil
	}
	return os.Remove(s.path)
}

// end lets go of what the search holds.
func (s *searching) end() {
	s.stop()
	if s.journal == nil {
		return
	}
	if err := s.journal.Close(); err != nil {
		fmt.Fprintf(os.Stderr, "the search could not be kept for --resume: %v\n", err)
	}
}
