package advice

import (
	_ "embed" // for the schema
	"io"

	"github.com/retrystorm/retrystorm/reports"
)

// FileName is the name of an advice in the folder of its search.
const FileName = "advice.json"

//go:embed advice.schema.json
var schemaText []byte

// schemaName is the schema's own identifier. It names no place on the network.
const schemaName = "urn:retrystorm:advice:v1"

var document = reports.NewDocument("advice", Schema, schemaName, schemaText)

// JSONSchema gives the JSON Schema (draft 2020-12) that every advice fits. It lets
// fields pass that it does not know, for a later version may add them. Each call gives a
// new copy.
func JSONSchema() []byte { return document.JSONSchema() }

// WriteJSON writes the advice, indented, with lists of figures on one line, and a final
// newline. The same advice always gives the same bytes.
func (a *Advice) WriteJSON(w io.Writer) error { return document.Write(w, a) }

// Read reads one advice and nothing after it. Fields that it does not know are passed
// over. Its errors wrap those that reports.Read names; where the advice does not fit its
// schema or contradicts itself, a line for each wrong field follows, by its path.
func Read(r io.Reader) (*Advice, error) {
	var a Advice
	if err := document.Read(r, &a, a.check); err != nil {
		return nil, err
	}
	return &a, nil
}

// ReadFile reads the advice in a file, as Read does, and refuses what reports.ReadFile
// refuses.
func ReadFile(path string) (*Advice, error) {
	var a Advice
	if err := document.ReadFile(path, &a, a.check); err != nil {
		return nil, err
	}
	return &a, nil
}
