package plan

import (
	_ "embed" // for the schema
	"io"

	"github.com/retrystorm/retrystorm/reports"
)

//go:embed plan.schema.json
var schemaText []byte

// schemaName is the schema's own identifier. It names no place on the network.
const schemaName = "urn:retrystorm:plan:v1"

var document = reports.NewDocument("plan", Schema, schemaName, schemaText)

// JSONSchema gives the JSON Schema (draft 2020-12) that every plan fits. It lets fields
// pass that it does not know, for a later version may add them. Each call gives a new
// copy.
func JSONSchema() []byte { return document.JSONSchema() }

// WriteJSON writes the plan, indented, with lists of figures on one line, and a final
// newline. The same plan always gives the same bytes.
func (p *Plan) WriteJSON(w io.Writer) error { return document.Write(w, p) }

// Read reads one plan and nothing after it. Fields that it does not know are passed
// over. Its errors wrap those that reports.Read names; where the plan does not fit its
// schema or contradicts itself, a line for each wrong field follows, by its path.
func Read(r io.Reader) (*Plan, error) {
	var p Plan
	if err := document.Read(r, &p, p.check); err != nil {
		return nil, err
	}
	return &p, nil
}

// ReadFile reads the plan in a file, as Read does, and refuses what reports.ReadFile
// refuses.
func ReadFile(path string) (*Plan, error) {
	var p Plan
	if err := document.ReadFile(path, &p, p.check); err != nil {
		return nil, err
	}
	return &p, nil
}
