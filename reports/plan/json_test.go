package plan

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
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

func written(t testing.TB, p *Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPlanReadsBackAsItWas(t *testing.T) {
	for name, want := range samples() {
		got, err := Read(bytes.NewReader(written(t, want)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// The declaration is written in another layout.
		var a, b bytes.Buffer
		must(json.Compact(&a, want.Declaration))
		must(json.Compact(&b, got.Declaration))
		copied := *want
		copied.Declaration, got.Declaration = a.Bytes(), b.Bytes()
		if diff := cmp.Diff(&copied, got); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
	}
}

func TestJSONIsGolden(t *testing.T) {
	golden.Assert(t, string(written(t, sample(t, "words"))), "words.json.golden")
}

// The names are those of DESIGN, "The CLI and the result". Others script against them:
// this list may grow, but nothing in it may change.
func TestJSONHasEveryFieldOfTheContract(t *testing.T) {
	var doc map[string]any
	must(json.Unmarshal(written(t, sample(t, "edge")), &doc))
	first := func(list any) map[string]any { return list.([]any)[0].(map[string]any) }
	for _, c := range []struct {
		of    map[string]any
		names string
	}{
		{doc, "schema scenario variant engine seed complete runs vary edge points capacity confirmed"},
		{first(doc["vary"]), "path from to"},
		{doc["edge"].(map[string]any), "value low high confidence below above"},
		{first(doc["points"]), "at kinds k n low high"},
		{doc["capacity"].(map[string]any), "healthy heals shed_to shed_for_s"},
		{first(doc["confirmed"]), "at engine kind agrees"},
	} {
		for name := range strings.FieldsSeq(c.names) {
			if c.of[name] == nil {
				t.Errorf("no field %q in %v", name, slices.Sorted(maps.Keys(c.of)))
			}
		}
	}
	must(json.Unmarshal(written(t, sample(t, "timeout")), &doc))
	if edge, there := doc["edge"]; !there || edge != nil {
		t.Errorf("the edge of a plan without one is %v", edge)
	}
	if at := sample(t, "words").Points[0].At[0]; at != (Value{Word: "none", Worded: true}) {
		t.Errorf("a word is %+v", at)
	}
}

// strict is the schema without room for fields that it does not know: what this version
// writes fits it, too.
func strict(t testing.TB) *jsonschema.Schema {
	t.Helper()
	var doc any
	must(json.Unmarshal(JSONSchema(), &doc))
	var visit func(any)
	visit = func(part any) {
		switch v := part.(type) {
		case map[string]any:
			if _, ok := v["properties"].(map[string]any); ok {
				v["additionalProperties"] = false
			}
			for _, inner := range v {
				visit(inner)
			}
		case []any:
			for _, inner := range v {
				visit(inner)
			}
		}
	}
	visit(doc)
	c := jsonschema.NewCompiler()
	must(c.AddResource(schemaName, doc))
	return c.MustCompile(schemaName)
}

func TestWhatIsWrittenFitsTheStrictSchema(t *testing.T) {
	s := strict(t)
	for name, p := range samples() {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, p)))
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
		"plan": reflect.TypeFor[Plan](), "axis": reflect.TypeFor[Axis](), "edge": reflect.TypeFor[Edge](),
		"point": reflect.TypeFor[Point](), "map": reflect.TypeFor[Map](), "cell": reflect.TypeFor[Cell](),
		"capacity": reflect.TypeFor[Capacity](), "bound": reflect.TypeFor[Bound](), "shed": reflect.TypeFor[Shed](),
		"confirmation": reflect.TypeFor[Confirmation](),
	} {
		def := defs[name].(map[string]any)
		var fields, required []string
		for i := range of.NumField() {
			field, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			fields = append(fields, field)
			if options == "" {
				required = append(required, field)
			}
			nullable := of.Field(i).Type.Kind() == reflect.Pointer
			part := def["properties"].(map[string]any)[field].(map[string]any)
			if ref, ok := part["$ref"].(string); ok {
				part = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
			}
			types, _ := part["type"].([]any)
			if slices.Contains(types, "null") != nullable {
				t.Errorf("%s.%s may be null in one of the two only", name, field)
			}
		}
		var listed []string
		for _, r := range def["required"].([]any) {
			listed = append(listed, r.(string))
		}
		slices.Sort(fields)
		slices.Sort(required)
		slices.Sort(listed)
		if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(def["properties"].(map[string]any)))); diff != "" {
			t.Errorf("%s (-struct +schema):\n%s", name, diff)
		}
		if diff := cmp.Diff(required, listed); diff != "" {
			t.Errorf("%s, required (-struct +schema):\n%s", name, diff)
		}
	}
}

func TestWrongPlansAreNamed(t *testing.T) {
	for name, wrong := range map[string]struct {
		edit func(*Plan)
		is   error
		says string
	}{
		"another schema":  {func(p *Plan) { p.Schema = reports.Schema }, reports.ErrSchema, "the plan has another schema: \"retrystorm.result/v1\""},
		"counts":          {func(p *Plan) { p.Points[3].K++ }, reports.ErrEdited, "points[3].k: is 3 of 2 runs, but the kinds make it 2 of 2"},
		"interval":        {func(p *Plan) { p.Points[3].Low = 0.9 }, reports.ErrEdited, "points[3].low: and high are 0.9"},
		"kinds":           {func(p *Plan) { p.Points[3].Kinds[verdict.Recovered] = 1 << 50 }, reports.ErrEdited, "points[3].kinds.recovered"},
		"probability":     {func(p *Plan) { p.AtLeast = 2 }, reports.ErrMisfit, "at_least: is 2; must be at most 1"},
		"edge outside":    {func(p *Plan) { p.Edge.Value.X = 17 }, reports.ErrEdited, "edge.value: is 17, outside the interval"},
		"word":            {func(p *Plan) { p.Edge.Low = Value{Word: "low", Worded: true} }, reports.ErrEdited, "edge.low: is \"low\", but the quantity of the parameter is number"},
		"too many values": {func(p *Plan) { p.Points[0].At = append(p.Points[0].At, Value{}) }, reports.ErrEdited, "points[0].at: has 2 values of 1 parameters"},
		"three":           {func(p *Plan) { p.Vary = append(p.Vary, p.Vary[0], p.Vary[0]) }, reports.ErrMisfit, "vary"},
		"confirmed":       {func(p *Plan) { p.Confirmed[0].At = []Value{} }, reports.ErrEdited, "confirmed[0].at"},
	} {
		p := sample(t, "edge")
		wrong.edit(p)
		_, err := Read(bytes.NewReader(written(t, p)))
		if !errors.Is(err, wrong.is) || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%s: %v, which does not say %q", name, err, wrong.says)
		}
	}
	p := sample(t, "map")
	p.Map.Cells = p.Map.Cells[1:]
	if _, err := Read(bytes.NewReader(written(t, p))); !errors.Is(err, reports.ErrEdited) || !strings.Contains(err.Error(), "399") {
		t.Errorf("a map without a cell: %v", err)
	}
	for text, is := range map[string]error{"": reports.ErrEmpty, "{": reports.ErrCutShort, "{}{}": reports.ErrTrailing} {
		if _, err := Read(strings.NewReader(text)); !errors.Is(err, is) || strings.Contains(err.Error(), "result") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
