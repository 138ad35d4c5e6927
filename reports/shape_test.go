package reports

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// A field that one of them has and the other has not, or that differs, fails
// here. One that is added later must be one that may be left out (omitempty),
// since an older result does not have it.
func TestSchemaAndStructsAgree(t *testing.T) {
	doc := document(t)
	got := bare(doc, object{"$ref": doc["$ref"]})
	if diff := cmp.Diff(shape(reflect.TypeFor[Result]()), got); diff != "" {
		t.Errorf("the schema differs from the structs (-structs +schema):\n%s", diff)
	}
}

// bare is a part of the schema with its references followed, and without what
// a Go type cannot say.
func bare(doc, part object) object {
	if ref, ok := part["$ref"].(string); ok {
		return bare(doc, doc["$defs"].(object)[strings.TrimPrefix(ref, "#/$defs/")].(object))
	}
	out := object{"type": part["type"]}
	if part["const"] != nil || part["enum"] != nil {
		out["type"] = "string"
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if inner, ok := part[name].(object); ok {
			out[name] = bare(doc, inner)
		}
	}
	if fields, ok := part["properties"].(object); ok {
		inner := object{}
		for name, f := range fields {
			inner[name] = bare(doc, f.(object))
		}
		out["properties"], out["required"] = inner, object{}
		for _, name := range part["required"].([]any) {
			out["required"].(object)[name.(string)] = true
		}
	}
	return out
}

// shape says the same of a Go type, as encoding/json writes it.
func shape(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[verdict.Kind]():
		return object{"type": "string"}
	case reflect.TypeFor[json.RawMessage]():
		return object{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		out := shape(t.Elem())
		out["type"] = []any{out["type"], "null"}
		return out
	case reflect.Slice:
		return object{"type": "array", "items": shape(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": shape(t.Elem())}
	case reflect.Struct:
		fields, required := object{}, object{}
		for i := range t.NumField() {
			name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			fields[name] = shape(t.Field(i).Type)
			if options == "" {
				required[name] = true
			}
		}
		return object{"type": "object", "properties": fields, "required": required}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}
