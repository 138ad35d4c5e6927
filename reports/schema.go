package reports

import (
	"bytes"
	_ "embed" // for the schema
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed result.schema.json
var schemaText []byte

// schemaName is the schema's own identifier. It names no place on the network.
const schemaName = "urn:retrystorm:result:v1"

// JSONSchema gives the JSON Schema (draft 2020-12) that every result fits. It
// lets fields pass that it does not know, for a later version may add them.
// Each call gives a new copy.
func JSONSchema() []byte { return bytes.Clone(schemaText) }

// schema is compiled when the first result is read.
var schema = sync.OnceValue(func() *jsonschema.Schema { return compiled(schemaText) })

func compiled(text []byte) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(fmt.Sprintf("reports: result.schema.json: %v", err))
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schemaName, doc); err != nil {
		panic(fmt.Sprintf("reports: result.schema.json: %v", err))
	}
	return c.MustCompile(schemaName)
}

// misfits reports every field of a valid JSON text that does not fit the
// schema, by its path. Almost every result fits, so the figures in its lists
// are thinned first: it is their number that takes the time. Only of a result
// that does not fit all are looked at, to say where.
func misfits(text []byte) error {
	if schema().Validate(parsed(text, true)) == nil {
		return nil
	}
	whole := parsed(text, false)
	return worded(schema().Validate(whole), whole)
}
