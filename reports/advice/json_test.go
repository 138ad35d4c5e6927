package advice

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/retrystorm/retrystorm/reports"
)

func TestAdviceReadsBackAsItWas(t *testing.T) {
	for name, want := range samples() {
		text := written(t, want)
		got, err := Read(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(string(text), string(written(t, got))); diff != "" {
			t.Errorf("%s (-written +read and written):\n%s", name, diff)
		}
	}
}

// The names are those of DESIGN, "The CLI and the result". Others script against them:
// this list may grow, but nothing in it may change.
func TestJSONHasEveryFieldOfTheContract(t *testing.T) {
	var doc, edges map[string]any
	must(json.Unmarshal(written(t, sample(t, "proposals")), &doc))
	must(json.Unmarshal(written(t, sample(t, "margins")), &edges))
	first := func(list any) map[string]any { return list.([]any)[0].(map[string]any) }
	proposal := first(doc["proposals"])
	for _, c := range []struct {
		of    map[string]any
		names string
	}{
		{doc, "schema scenario variant seed complete runs proposals margins"},
		{proposal, "name changes patch probability cost"},
		{first(proposal["changes"]), "path from to"},
		{proposal["probability"].(map[string]any), "kind k n low high"},
		{proposal["cost"].(map[string]any), "failed_per_1000 p99_s goodput_share"},
		{first(edges["margins"]), "path now edge"},
	} {
		for name := range strings.FieldsSeq(c.names) {
			if c.of[name] == nil {
				t.Errorf("no field %q in %v", name, slices.Sorted(maps.Keys(c.of)))
			}
		}
	}
}

// strict is the schema without room for fields that it does not know: what this version
// writes fits it, too.
func strict() *jsonschema.Schema {
	var doc any
	must(json.Unmarshal(JSONSchema(), &doc))
	for _, def := range doc.(map[string]any)["$defs"].(map[string]any) {
		if d := def.(map[string]any); d["properties"] != nil {
			d["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	must(c.AddResource(schemaName, doc))
	return c.MustCompile(schemaName)
}

func TestWhatIsWrittenFitsTheStrictSchema(t *testing.T) {
	s := strict()
	for name, a := range samples() {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, a)))
		must(err)
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		doc.(map[string]any)["later"] = 1
		if s.Validate(doc) == nil {
			t.Errorf("%s: the strict schema has room for another field", name)
		}
		text, err := json.Marshal(doc)
		must(err)
		if _, err := Read(bytes.NewReader(text)); err != nil {
			t.Errorf("%s, with a field of a later version: %v", name, err)
		}
	}
}

// A field that one of them has and the other has not, or that differs, fails here.
func TestSchemaAndStructsAgree(t *testing.T) {
	var doc map[string]any
	must(json.Unmarshal(JSONSchema(), &doc))
	defs := doc["$defs"].(map[string]any)
	for name, of := range map[string]reflect.Type{
		"advice": reflect.TypeFor[Advice](), "probability": reflect.TypeFor[Probability](), "probability_or_null": reflect.TypeFor[Probability](),
		"change": reflect.TypeFor[Change](), "proposal": reflect.TypeFor[Proposal](), "strengthened": reflect.TypeFor[Strengthened](),
		"cost": reflect.TypeFor[Cost](), "effect": reflect.TypeFor[Effect](), "figures": reflect.TypeFor[Figures](),
		"limit": reflect.TypeFor[Limit](), "margin": reflect.TypeFor[Margin](),
	} {
		def := defs[name].(map[string]any)
		properties := def["properties"].(map[string]any)
		var fields, required, listed []string
		for i := range of.NumField() {
			field, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			fields = append(fields, field)
			if options == "" {
				required = append(required, field)
			}
			part, _ := properties[field].(map[string]any)
			ref, _ := part["$ref"].(string)
			nullable := of.Field(i).Type.Kind() == reflect.Pointer || ref == "#/$defs/value"
			if ref != "" {
				part = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
			}
			if types, _ := part["type"].([]any); slices.Contains(types, "null") != nullable {
				t.Errorf("%s.%s may be null in one of the two only", name, field)
			}
		}
		for _, r := range def["required"].([]any) {
			listed = append(listed, r.(string))
		}
		slices.Sort(fields)
		slices.Sort(required)
		slices.Sort(listed)
		if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(properties))); diff != "" {
			t.Errorf("%s (-struct +schema):\n%s", name, diff)
		}
		if diff := cmp.Diff(required, listed); diff != "" {
			t.Errorf("%s, required (-struct +schema):\n%s", name, diff)
		}
	}
}

func TestWrongAdviceIsNamed(t *testing.T) {
	for name, wrong := range map[string]struct {
		edit func(*Advice)
		is   error
		says string
	}{
		"another schema":  {func(a *Advice) { a.Schema = reports.Schema }, reports.ErrSchema, `the advice has another schema: "retrystorm.result/v1"`},
		"counts":          {func(a *Advice) { a.Before.K++ }, reports.ErrEdited, "before: "},
		"interval":        {func(a *Advice) { a.Proposals[0].Probability.Low = 0.99 }, reports.ErrEdited, "proposals[0].probability.low: and high are 0.99"},
		"more than all":   {func(a *Advice) { a.Proposals[0].Probability.K = 1000 }, reports.ErrEdited, "proposals[0].probability.k: is 1000 of 73 runs"},
		"likely":          {func(a *Advice) { a.AtLeast = 2 }, reports.ErrMisfit, "at_least: is 2; must be at most 1"},
		"two of one name": {func(a *Advice) { a.Dominated = append(a.Dominated, a.Proposals[0]) }, reports.ErrEdited, "as is that of another proposal"},
		"a limit":         {func(a *Advice) { a.Limit = &Limit{} }, reports.ErrEdited, "limit: says why nothing helps, but there are proposals"},
		"an edge": {func(a *Advice) { a.Margins = []Margin{{Now: json.RawMessage("1"), Edge: json.RawMessage("null")}} },
			reports.ErrEdited, "margins[0].edge: is null"},
	} {
		a := sample(t, "proposals")
		wrong.edit(a)
		_, err := Read(bytes.NewReader(written(t, a)))
		if !errors.Is(err, wrong.is) || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%s: %v, which does not say %q", name, err, wrong.says)
		}
	}
}
