package journal

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/retrystorm/retrystorm/internal/probe"
)

// schema names the form of the file.
const schema = "retrystorm.journal/v1"

// ErrOther says that a journal is of another search.
var ErrOther = errors.New("is of another scenario or another version of this program, whose runs would not be the same; " +
	"leave --resume away to begin anew")

// Journal is the answers of one search. It is not safe for concurrent use.
type Journal struct {
	file  *os.File
	known map[run]probe.Answer
	err   error // of the first line that could not be written
}

// run names a run among all of a search.
type run struct {
	Key  string `json:"key"`
	Seed uint64 `json:"seed"`
}

type header struct {
	Schema string `json:"schema"`
	About  string `json:"about"`
}

type line struct {
	run
	Answer probe.Answer `json:"answer"`
}

// Open opens the journal at path, which is of a search about something: the text says
// all that its runs depend on beyond their keys and seeds. To resume is to keep what is
// there, of which there must be something; the journal is empty otherwise.
func Open(path, about string, resume bool) (*Journal, error) {
	j := &Journal{known: map[run]probe.Answer{}}
	kept := int64(0)
	if resume {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("there is nothing to resume: %w", err)
		}
		if kept, err = j.read(text, about); err != nil {
			return nil, fmt.Errorf("%s %w", path, err)
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644) //nolint:gosec // a user names it
	if err != nil {
		return nil, err
	}
	j.file = file
	if err := errors.Join(file.Truncate(kept), seek(file, kept)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if kept == 0 {
		j.write(header{schema, about})
	}
	return j, j.err
}

func seek(f *os.File, to int64) error {
	_, err := f.Seek(to, io.SeekStart)
	return err
}

// read takes in the whole lines of a journal, and gives their length in bytes: the last
// one may have been cut short.
func (j *Journal) read(text []byte, about string) (int64, error) {
	var h header
	first, _, whole := bytes.Cut(text, []byte("\n"))
	switch {
	case !whole || json.Unmarshal(first, &h) != nil || h.Schema != schema:
		return 0, errors.New("is no journal of a search")
	case h.About != about:
		return 0, ErrOther
	}
	kept := int64(len(first)) + 1
	lines := bufio.NewReader(bytes.NewReader(text[kept:]))
	for {
		one, err := lines.ReadBytes('\n')
		var l line
		if err != nil || json.Unmarshal(one, &l) != nil {
			return kept, nil //nolint:nilerr // the end, or a line that was cut short
		}
		j.known[l.run] = l.Answer
		kept += int64(len(one))
	}
}

func (j *Journal) write(v any) {
	text, err := json.Marshal(v)
	if err == nil {
		_, err = j.file.Write(append(text, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// Known is how many runs are in the journal.
func (j *Journal) Known() int { return len(j.known) }

// Add writes an answer down.
func (j *Journal) Add(t *probe.Trial, a probe.Answer) {
	at := run{t.Key, t.Seed}
	if _, there := j.known[at]; !there {
		j.known[at] = a
		j.write(line{at, a})
	}
}

// Close closes the file. The error is the first one that came of writing it.
func (j *Journal) Close() error { return errors.Join(j.err, j.file.Close()) }

// Before gives a prober that answers from the journal what is known, and asks another
// one for the rest.
func (j *Journal) Before(next probe.Prober) probe.Prober { return prober{j, next} }

type prober struct {
	journal *Journal
	next    probe.Prober
}

func (p prober) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	var rest []probe.Trial
	var of []int
	for i := range trials {
		a, known := p.journal.known[run{trials[i].Key, trials[i].Seed}]
		if !known {
			rest, of = append(rest, trials[i]), append(of, i)
		}
		answers[i] = a
	}
	if len(rest) == 0 {
		return answers, ctx.Err()
	}
	got, err := p.next.Probe(ctx, rest)
	if err != nil {
		return nil, err
	}
	for k, a := range got {
		answers[of[k]] = a
		p.journal.Add(&rest[k], a)
	}
	return answers, nil
}
