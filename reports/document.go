package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Document is a sort of JSON file other than a result, with a published schema of its
// own: a plan, for example. It is written and read as a result is.
type Document struct {
	noun     string // what its errors call it, such as "plan"
	schema   string // that it names in its field "schema"
	text     []byte
	compiled func() *jsonschema.Schema
}

// NewDocument names a sort of document, such as "plan", the schema that it names in
// its field "schema", and the JSON Schema that it fits, whose $id is id. Using it
// panics if that is no valid schema.
func NewDocument(noun, schema, id string, text []byte) *Document {
	return &Document{
		noun: noun, schema: schema, text: text,
		compiled: sync.OnceValue(func() *jsonschema.Schema { return compiled(text, id) }),
	}
}

// JSONSchema gives a copy of the JSON Schema that every such document fits.
func (d *Document) JSONSchema() []byte { return bytes.Clone(d.text) }

// Write writes a document as Result.WriteJSON writes a result.
func (d *Document) Write(w io.Writer, v any) error {
	if err := writeJSON(w, v); err != nil {
		return fmt.Errorf("cannot write the %s as JSON: %w", d.noun, err)
	}
	return nil
}

// Read reads one document and nothing after it into a pointer to its struct, as Read
// reads a result. In the end contradictions says, as a field.List, which fields do
// not agree with each other. The errors wrap the same values as those of Read.
func (d *Document) Read(r io.Reader, into any, contradictions func() error) error {
	text, err := readBounded(r, 0)
	if err == nil {
		err = decode(text, d.schema, d.misfits, into, contradictions)
	}
	return d.named(err)
}

// ReadFile reads the document in a file, as ReadFile reads a result.
func (d *Document) ReadFile(path string, into any, contradictions func() error) error {
	text, err := readRegular(path)
	if err == nil {
		err = decode(text, d.schema, d.misfits, into, contradictions)
	}
	return d.named(err)
}

// misfits reports every field of a valid JSON text that does not fit the schema.
func (d *Document) misfits(text []byte) error {
	doc := parsed(text, false)
	if err := d.compiled().Validate(doc); err != nil {
		return worded(misfitsOf(err, doc, part{}))
	}
	return nil
}

// named gives an error about a result as one about such a document.
func (d *Document) named(err error) error {
	if err == nil {
		return nil
	}
	return &documentError{d.noun, err}
}

// documentError is an error of reading a result, in the words for another document.
type documentError struct {
	noun string
	err  error
}

// Error words the first line, below which the fields stand that are wrong.
func (e *documentError) Error() string {
	line, rest, several := strings.Cut(e.err.Error(), "\n")
	line = strings.NewReplacer("the result", "the "+e.noun, "a result", "a "+e.noun).Replace(line)
	if several {
		line += "\n" + rest
	}
	return line
}

// Unwrap gives the error of reading.
func (e *documentError) Unwrap() error { return e.err }
