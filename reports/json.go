package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Why a result cannot be read.
var (
	ErrEmpty    = errors.New("the result is empty")
	ErrCutShort = errors.New("the result ends in the middle; was it copied whole?")
	ErrTrailing = errors.New("something follows the end of the result")
	ErrSchema   = errors.New("the result has another schema")
	ErrEdited   = errors.New("the result contradicts itself; was it edited?")
)

// WriteJSON writes the result, indented, with lists of figures on one line,
// and a final newline. The same result always gives the same bytes.
func (r *Result) WriteJSON(w io.Writer) error {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("cannot write the result as JSON: %w", err)
	}
	if _, err := w.Write(layOut(compact.Bytes())); err != nil {
		return fmt.Errorf("cannot write the result as JSON: %w", err)
	}
	return nil
}

// Read reads one result and nothing after it. Fields that it does not know are
// passed over, for a later version may have added them. Its errors wrap
// ErrEmpty, ErrCutShort, ErrTrailing, ErrSchema or ErrEdited, or are those of
// encoding/json.
func Read(rd io.Reader) (*Result, error) {
	dec := json.NewDecoder(rd)
	var raw json.RawMessage
	switch err := dec.Decode(&raw); {
	case errors.Is(err, io.EOF):
		return nil, ErrEmpty
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, ErrCutShort
	case err != nil:
		return nil, fmt.Errorf("cannot read the result: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrTrailing
	}
	return decode(raw)
}

func decode(raw json.RawMessage) (*Result, error) {
	// The schema comes first: of another one, no other complaint would help.
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, fmt.Errorf("cannot read the result: %w", err)
	}
	if head.Schema != Schema {
		return nil, fmt.Errorf("%w: %s, where %q can be read", ErrSchema, field.Show(head.Schema), Schema)
	}
	var r Result
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("cannot read the result: %w", err)
	}
	if err := r.contradictions(); err != nil {
		return nil, fmt.Errorf("%w\n%w", ErrEdited, err)
	}
	return &r, nil
}

// contradictions reports every figure that does not agree with another one.
func (r *Result) contradictions() error {
	var errs field.Errors
	if want := r.Outcome() == Passed; r.Passed != want {
		errs.Add("passed", "is %t, but the variants make it %t", r.Passed, want)
	}
	for i := range r.Variants {
		errs.Within(field.At("variants", i), r.Variants[i].contradictions())
	}
	return errs.Err()
}

func (v *Variant) contradictions() error {
	var errs field.Errors
	p := v.Probability
	if p.K < 0 || p.Invalid < 0 || p.K > p.N || p.N+p.Invalid != len(v.Runs) {
		errs.Add("probability", "counts %d of %d runs and %d invalid, but there are %d", p.K, p.N, p.Invalid, len(v.Runs))
	}
	for i := range v.Runs {
		path := field.Join(field.At("runs", i), "series")
		if !v.Runs[i].Series.even() {
			errs.Add(path, "has lists of different lengths")
		}
	}
	return errs.Err()
}

// even says whether each list has one figure per bucket.
func (s *Series) even() bool {
	n := len(s.TS)
	for _, l := range []int{
		len(s.Demand), len(s.Attempts), len(s.Goodput), len(s.Errors), len(s.Queue), len(s.InFlight),
		len(s.Unsynced), len(s.Pending), len(s.Wasted), len(s.P50S), len(s.P99S),
	} {
		if l != n {
			return false
		}
	}
	for _, by := range s.ErrorsBy {
		if len(by) != n {
			return false
		}
	}
	return true
}
