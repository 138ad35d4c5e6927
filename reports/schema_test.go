package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

type object = map[string]any

func document(t *testing.T) object {
	t.Helper()
	var doc object
	if err := json.Unmarshal(JSONSchema(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// within calls visit for each object of a document, with its path.
func within(doc any, path string, visit func(path string, o object)) {
	switch v := doc.(type) {
	case object:
		visit(path, v)
		for name, part := range v {
			within(part, path+"/"+name, visit)
		}
	case []any:
		for _, part := range v {
			within(part, path+"/*", visit)
		}
	}
}

// strict is the schema without room for fields that it does not know: what this
// version writes fits it, too.
func strict(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc := document(t)
	within(doc, "", func(_ string, o object) {
		if _, ok := o["properties"].(object); ok {
			o["additionalProperties"] = false
		}
	})
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return compiled(text, schemaName)
}

// results are some of everything that this version writes.
func results() map[string]*Result {
	gated := friday()
	gated.Runs, gated.Declaration = 3, json.RawMessage(`{"name":"kounta-friday"}`)
	gate := experiment.Gate{TimeToRecoverBelow: new(time.Minute), CollapseBelow: new(time.Minute), AmplificationBelow: new(2.0), NothingLost: true, NothingDuplicated: true}
	var runs []Run
	for i, k := range []verdict.Kind{verdict.Healthy, verdict.Recovered, verdict.Invalid, verdict.Collapsed} {
		run := NewRun(uint64(i), incident(k.Passes()), judged(k, ""))
		run.Problem = "stopped"
		runs = append(runs, run)
	}
	gated.Add(newVariant("gated", experiment.Expect{Kinds: []verdict.Kind{verdict.Recovered}, AtLeast: 0.07}, gate, runs))
	broken := friday()
	broken.Add(of("not run", experiment.Expect{}))
	broken.BreakOff()
	return map[string]*Result{
		"friday": friday(), "gated": gated, "layered": layered(), "broken off": broken, "empty": New("", "", 0, time.Time{}),
		"nothing recorded": {Schema: Schema, Versions: map[string]string{}, Variants: []Variant{}},
	}
}

func TestWhatIsWrittenFitsTheStrictSchema(t *testing.T) {
	s := strict(t)
	for name, r := range results() {
		fits(t, s, name, written(t, r))
		if _, err := Read(bytes.NewReader(written(t, r))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"testdata/friday.json.golden", "sample/friday.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fits(t, s, name, text)
	}
}

func fits(t interface {
	Helper()
	Errorf(string, ...any)
}, s *jsonschema.Schema, name string, text []byte) {
	t.Helper()
	if err := s.Validate(parsed(text, false)); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// holders are the objects of a result that have fields of fixed names.
func holders(doc any) map[string]object {
	found := map[string]object{}
	within(doc, "", func(path string, o object) {
		switch path[strings.LastIndex(path, "/")+1:] {
		case "outcomes", "versions", "errors_by": // names of any kind
		default:
			found[path] = o
		}
	})
	return found
}

func TestStrictSchemaHasNoRoomForAnotherField(t *testing.T) {
	s := strict(t)
	doc := parsed(written(t, friday()), false)
	for path, o := range holders(doc) {
		o["later"] = 1
		if s.Validate(doc) == nil {
			t.Errorf("%s may have another field", path)
		}
		delete(o, "later")
	}
	fits(t, s, "without another field", written(t, friday()))
}

func TestResultWithFieldsOfALaterVersionIsRead(t *testing.T) {
	doc := parsed(written(t, friday()), false)
	all := holders(doc)
	for _, o := range all {
		o["later"] = object{"x": []any{1.5, nil, "y"}}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(text)); err != nil || len(all) < 10 {
		t.Errorf("%d objects with another field: %v", len(all), err)
	}
}

func TestSchemaNamesEachVerdict(t *testing.T) {
	var want []any
	for k := verdict.Invalid; k <= verdict.Overloaded; k++ {
		want = append(want, k.String())
	}
	fields := document(t)["$defs"].(object)["verdict"].(object)["properties"].(object)
	if diff := cmp.Diff(want, fields["kind"].(object)["enum"]); diff != "" {
		t.Error(diff)
	}
}

func TestSchemaDescribesEachFieldWithItsUnit(t *testing.T) {
	within(document(t), "", func(path string, o object) {
		fields, ok := o["properties"].(object)
		if !ok {
			return
		}
		for name, f := range fields {
			text, _ := f.(object)["description"].(string)
			text = strings.ToLower(text)
			switch {
			case !strings.HasSuffix(text, "."):
				t.Errorf("%s/%s has no description", path, name)
			case strings.HasSuffix(name, "_per_s") && !strings.Contains(text, "per second"),
				strings.HasSuffix(name, "_s") && !strings.Contains(text, "second"):
				t.Errorf("%s/%s does not name its unit: %q", path, name, text)
			}
		}
	})
}

// Reading thins lists to the lowest and the highest figure of each sort, so the
// schema must not ask for more than the sort and a range.
func TestSchemaAsksOfFiguresInAListForNoMoreThanARange(t *testing.T) {
	within(document(t), "", func(path string, o object) {
		items, ok := o["items"].(object)
		if !ok || items["$ref"] != nil {
			return
		}
		for name := range items {
			if items["type"] == nil || !slices.Contains([]string{"type", "minimum", "maximum"}, name) {
				t.Errorf("%s asks for more than a type and a range: %v", path, items)
			}
		}
	})
}

func TestSchemaBoundsEachFigure(t *testing.T) {
	within(document(t), "", func(path string, o object) {
		types, _ := o["type"].([]any)
		if one, ok := o["type"].(string); ok {
			types = []any{one}
		}
		if (slices.Contains(types, any("integer")) || slices.Contains(types, any("number"))) &&
			(o["minimum"] == nil || o["maximum"] == nil) {
			t.Errorf("%s has no range: %v", path, o)
		}
	})
}

func TestSchemaIsGivenAsACopy(t *testing.T) {
	clear(JSONSchema())
	if !json.Valid(JSONSchema()) || !slices.Equal(JSONSchema(), schemaText) {
		t.Error("a caller has changed the schema")
	}
}

// A megabyte takes a small part of a second.
func BenchmarkRead(b *testing.B) {
	r := friday()
	for range 300 {
		r.Variants[0].Runs = append(r.Variants[0].Runs, r.Variants[0].Runs[0])
	}
	r.Variants[0] = newVariant("v", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, experiment.Gate{}, r.Variants[0].Runs)
	var text bytes.Buffer
	if err := r.WriteJSON(&text); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := Read(bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
