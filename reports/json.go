package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Why a result cannot be read.
var (
	ErrEmpty     = errors.New("the result is empty")
	ErrSize      = fmt.Errorf("the result is larger than %d GiB, which is the most that is read; is it a result?", MaxSize>>30)
	ErrGzip      = errors.New("the result is compressed with gzip; uncompress it first")
	ErrChanged   = errors.New("the result changed while it was read; try again when it is complete")
	ErrIrregular = errors.New("is no regular file; write the result to a file first")
	ErrCutShort  = errors.New("the result ends in the middle; was it copied whole?")
	ErrTrailing  = errors.New("something follows the end of the result")
	ErrSchema    = errors.New("the result has another schema")
	ErrMisfit    = errors.New("the result does not fit its schema; was it edited?")
	ErrEdited    = errors.New("the result contradicts itself; was it edited?")
)

// WriteJSON writes the result, indented, with lists of figures on one line,
// and a final newline. The same result always gives the same bytes.
func (r *Result) WriteJSON(w io.Writer) error {
	if err := writeJSON(w, r); err != nil {
		return fmt.Errorf("cannot write the result as JSON: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(layOut(compact.Bytes()))
	return err
}

// Read reads one result and nothing after it, of at most MaxSize bytes. Fields
// that it does not know are passed over, for a later version may have added
// them. Its errors wrap ErrEmpty, ErrSize, ErrGzip, ErrCutShort, ErrTrailing,
// ErrSchema, ErrMisfit or ErrEdited, or are those of encoding/json. ErrMisfit
// and ErrEdited are followed by a line for each wrong field, by its path, but
// for at most twenty of them.
func Read(rd io.Reader) (*Result, error) {
	text, err := readBounded(rd, 0)
	if err != nil {
		return nil, err
	}
	return readText(text)
}

func readText(text []byte) (*Result, error) {
	var r Result
	if err := decode(text, Schema, misfits, &r, r.contradictions); err != nil {
		return nil, err
	}
	return &r, nil
}

// wellFormed says what is wrong with a text that is not one JSON value.
func wellFormed(text []byte) error {
	if json.Valid(text) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	var first json.RawMessage
	switch err := dec.Decode(&first); {
	case errors.Is(err, io.EOF):
		return ErrEmpty
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ErrCutShort
	case err != nil:
		return fmt.Errorf("cannot read the result: %w", err)
	}
	return ErrTrailing
}

// decode reads a text of the named schema, which misfits compares it with, into what
// says in the end whether its fields contradict each other.
func decode(text []byte, name string, misfits func([]byte) error, into any, contradictions func() error) error {
	if err := wellFormed(text); err != nil {
		return err
	}
	// The schema comes first: of another one, no other complaint would help.
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("cannot read the result: %w", err)
	}
	if head.Schema != name {
		return fmt.Errorf("%w: %s, where %q can be read", ErrSchema, field.Show(head.Schema), name)
	}
	if err := misfits(text); err != nil {
		return fmt.Errorf("%w\n%w", ErrMisfit, few(err))
	}
	if err := json.Unmarshal(text, into); err != nil {
		return unfit(err)
	}
	if err := contradictions(); err != nil {
		return fmt.Errorf("%w\n%w", ErrEdited, few(err))
	}
	return nil
}

// unfit words what the schema lets pass and Go does not, such as 5.0 for a whole
// number.
func unfit(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("cannot read the result: %w", err)
	}
	return fmt.Errorf("%w\n%s: is a %s; must be written as %s", ErrMisfit, wrong.Field, wrong.Value, inWords(wrong.Type))
}

func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "a whole number, without point and exponent"
	}
	return "a " + t.String()
}

// few cuts a list of wrong fields to what one reads.
func few(err error) error {
	const most = 20
	var list field.List
	if !errors.As(err, &list) || len(list) <= most {
		return err
	}
	rest := &field.Error{Problem: fmt.Sprintf("and %d more", len(list)-most)}
	return append(slices.Clip(list[:most]), rest)
}
