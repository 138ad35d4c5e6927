package reports

import (
	"bytes"
	_ "embed" // for the schema
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/retrystorm/retrystorm/internal/field"
)

//go:embed result.schema.json
var schemaText []byte

// schemaName is the schema's own identifier. It names no place on the network.
const schemaName = "urn:retrystorm:result:v1"

// JSONSchema gives the JSON Schema (draft 2020-12) that every result fits. It
// lets fields pass that it does not know, for a later version may add them.
// Each call gives a new copy.
func JSONSchema() []byte { return bytes.Clone(schemaText) }

// schema is compiled when the first result is read, and so is the part of it
// that a run must fit.
var (
	schema    = sync.OnceValue(func() *jsonschema.Schema { return compiled(schemaText, schemaName) })
	runSchema = sync.OnceValue(func() *jsonschema.Schema { return compiled(schemaText, schemaName+"#/$defs/run") })
)

func compiled(text []byte, location string) *jsonschema.Schema {
	name, _, _ := strings.Cut(location, "#")
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(fmt.Sprintf("reports: %s: %v", name, err))
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		panic(fmt.Sprintf("reports: %s: %v", name, err))
	}
	return c.MustCompile(location)
}

// misfits reports every field of a valid JSON text that does not fit the
// schema, by its path. Almost every result fits, so the figures in its lists
// are thinned first: it is their number that takes the time. And it is the runs
// that take the memory, so one is looked at after the other. Only of what does
// not fit all is looked at, to say where.
func misfits(text []byte) error {
	const most = 1000 // which nobody reads
	var found []misfit
	check := func(s *jsonschema.Schema, thin any, whole func() any, at part) {
		if len(found) < most && s.Validate(thin) != nil {
			doc := whole()
			found = append(found, misfitsOf(s.Validate(doc), doc, at)...)
		}
	}
	p := &parser{text: text, thin: true}
	p.run = func(variant, run int, v any, text []byte) {
		steps := []string{"variants", strconv.Itoa(variant), "runs", strconv.Itoa(run)}
		path := field.Join(field.At("variants", variant), field.At("runs", run))
		check(runSchema(), v, func() any { return parsed(text, false) }, part{steps, path})
	}
	rest := p.value()
	withoutRuns := func() any { return (&parser{text: text, run: func(int, int, any, []byte) {}}).value() }
	check(schema(), rest, withoutRuns, part{})
	return worded(found)
}
