package house

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// interfaces are the declared structs by their name in TypeScript.
var interfaces = map[string]reflect.Type{
	"Plan":        reflect.TypeFor[experiment.Plan](),
	"Backend":     reflect.TypeFor[experiment.Backend](),
	"Cohort":      reflect.TypeFor[terminal.Config](),
	"Hours":       reflect.TypeFor[terminal.Hours](),
	"DemandPoint": reflect.TypeFor[fault.Point](),
	"Sale":        reflect.TypeFor[terminal.Sale](),
	"Connections": reflect.TypeFor[terminal.Connections](),
	"Offline":     reflect.TypeFor[terminal.Offline](),
	"Retry":       reflect.TypeFor[retry.Config](),
	"Budget":      reflect.TypeFor[retry.Budget](),
	"Breaker":     reflect.TypeFor[retry.Breaker](),
	"Node":        reflect.TypeFor[backend.Config](),
	"Link":        reflect.TypeFor[caller.Config](),
	"Service":     reflect.TypeFor[backend.Service](),
	"Queue":       reflect.TypeFor[backend.Queue](),
	"Slowdown":    reflect.TypeFor[backend.Slowdown](),
	"Step":        reflect.TypeFor[backend.Step](),
	"Shed":        reflect.TypeFor[backend.Shed](),
	"Stage":       reflect.TypeFor[fault.Stage](),
	"Replica":     reflect.TypeFor[backend.Replica](),
	"Name":        reflect.TypeFor[network.Name](),
	"Cache":       reflect.TypeFor[network.Cache](),
	"Disk":        reflect.TypeFor[store.Config](),
	"Warmup":      reflect.TypeFor[backend.Warmup](),
	"Trigger":     reflect.TypeFor[fault.Event](),
	"Flap":        reflect.TypeFor[fault.Flap](),
	"Judge":       reflect.TypeFor[verdict.Config](),
	"Gate":        reflect.TypeFor[experiment.Gate](),
}

// named are the types with a name of their own in TypeScript.
var named = map[reflect.Type]string{
	reflect.TypeFor[time.Duration]():     "Duration",
	reflect.TypeFor[field.Limit]():       "Limit",
	reflect.TypeFor[field.Ratio]():       "Ratio",
	reflect.TypeFor[field.Bytes]():       "Bytes",
	reflect.TypeFor[experiment.Expect](): "Expect",
	reflect.TypeFor[caller.Names]():      "Names",
	reflect.TypeFor[terminal.Zone]():     "Offset",
}

// differences gives what index.d.ts says otherwise than the structs.
func (a api) differences(structs map[string]reflect.Type) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(structs)) {
		documented, declared := a.members[name], declaredFields(structs[name])
		for _, f := range slices.Sorted(maps.Keys(declared)) {
			switch got, ok := documented[f]; {
			case !ok:
				found = append(found, fmt.Sprintf("%s.%s can be declared, but index.d.ts does not have it", name, f))
			case !a.same(got, declared[f]):
				found = append(found, fmt.Sprintf("%s.%s is a %s in index.d.ts; write %s", name, f, got, typescript(declared[f])))
			}
		}
		for _, f := range slices.Sorted(maps.Keys(documented)) {
			if _, ok := declared[f]; !ok {
				found = append(found, fmt.Sprintf("%s.%s is in index.d.ts, but cannot be declared", name, f))
			}
		}
	}
	return found
}

// declaredFields gives the types of a struct's fields by their JSON names.
func declaredFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// same says whether a type as written is that of a field. An enumeration may
// have a name.
func (a api) same(written string, t reflect.Type) bool {
	if written == typescript(t) {
		return true
	}
	elem := t
	if t.Kind() == reflect.Slice {
		written, elem = strings.TrimSuffix(written, "[]"), t.Elem()
	}
	words := wordsOf(elem)
	if words == nil {
		return false
	}
	return slices.Equal(a.words(written), words)
}

// typescript gives the type of a field as TypeScript writes it.
func typescript(t reflect.Type) string {
	if name, ok := named[t]; ok {
		return name
	}
	for name, s := range interfaces {
		if s == t {
			return name
		}
	}
	if words := wordsOf(t); words != nil {
		return "'" + strings.Join(words, "' | '") + "'"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typescript(t.Elem())
	case reflect.Slice:
		return typescript(t.Elem()) + "[]"
	case reflect.Int, reflect.Float64:
		return "number"
	case reflect.Bool:
		return "boolean"
	}
	return t.Kind().String()
}

// wordsOf gives the words of an enumeration, as the error for a wrong one lists
// them; nil for any other type.
func wordsOf(t reflect.Type) []string {
	enum, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	if !ok {
		return nil
	}
	err := enum.UnmarshalText(nil)
	if err == nil {
		return nil
	}
	_, list, _ := strings.Cut(err.Error(), "write one of")
	var words []string
	for _, m := range wordsInText.FindAllStringSubmatch(list, -1) {
		words = append(words, m[1])
	}
	return words
}

// unlisted gives the structs that the declaration reaches and no interface
// stands for.
func unlisted(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if _, ok := named[t]; ok || t.Kind() != reflect.Struct {
		return nil
	}
	var found []string
	if !slices.Contains(slices.Collect(maps.Values(interfaces)), t) {
		found = append(found, t.String())
	}
	for _, f := range declaredFields(t) {
		found = append(found, unlisted(f)...)
	}
	return found
}

func TestTypingsSayWhatCanBeDeclared(t *testing.T) {
	for _, d := range loadAPI(t, typings).differences(interfaces) {
		t.Error(d)
	}
	for _, s := range unlisted(reflect.TypeFor[experiment.Plan]()) {
		t.Errorf("%s can be declared, but no interface of index.d.ts stands for it", s)
	}
}

func TestDifferenceBetweenTypingsAndStructsIsNoticed(t *testing.T) {
	type shop struct {
		Open    time.Duration         `json:"open"`
		Tills   int                   `json:"tills"`
		Jitter  retry.Jitter          `json:"jitter"`
		On      []retry.Cause         `json:"on"`
		Cancel  terminal.Cancellation `json:"cancel"`
		Missing bool                  `json:"missing"`
		Hidden  bool
	}
	got := loadAPI(t, "testdata/typings/index.d.ts").differences(map[string]reflect.Type{"Shop": reflect.TypeFor[shop]()})
	want := []string{
		"Shop.jitter is a 'none' | 'full' in index.d.ts; write 'none' | 'full' | 'equal' | 'decorrelated' | 'proportional' | 'exponential'",
		"Shop.missing can be declared, but index.d.ts does not have it",
		"Shop.tills is a string in index.d.ts; write number",
		"Shop.surplus is in index.d.ts, but cannot be declared",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the test did not find the differences (-want +got):\n%s", diff)
	}
}

func TestTypingsHaveEveryVerdictThatCanBeExpected(t *testing.T) {
	want := slices.DeleteFunc(wordsOf(reflect.TypeFor[verdict.Kind]()), func(kind string) bool { return kind == "invalid" })
	if diff := cmp.Diff(want, loadAPI(t, typings).words("Kind")); diff != "" {
		t.Errorf("Kind differs in index.d.ts (-want +got):\n%s", diff)
	}
}
