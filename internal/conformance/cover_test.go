package conformance

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// uncovered are the fields and words that no scene need set: what judges a run, the
// bound of a container's memory, which the model does not know, orders that end faults
// and the length of a day, both of which are resolved before an engine sees a plan, copies
// of ledgers, whose counts internal/runner compares, and a kill for want of memory, which
// is a crash in the model: in a container the node answers nobody for some tenths of a
// second before the daemon says that it is killed, which no figure allows for.
var uncovered = []string{
	"Plan.Judge", "Plan.Expect", "Plan.Gate", "Config.Memory",
	"Config.Replica", "Backend.Records", "Event.Promote", "Event.Merge",
	"Event.Data", "Kind remount", "Kind replace", "Kind restore", "Kind memory", "Plan.Day", "Config.Day",
}

// TestScenesUseEveryFieldAndWord keeps a feature from coming in that the two
// arms are not compared on.
func TestScenesUseEveryFieldAndWord(t *testing.T) {
	all, used := map[string]bool{}, map[string]bool{}
	declarable(reflect.TypeFor[experiment.Plan](), all)
	for _, sc := range allScenes() {
		using(reflect.ValueOf(sc.plan), used)
	}
	var missing []string
	for name := range all {
		if !used[name] && !slices.Contains(uncovered, name) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if diff := cmp.Diff([]string(nil), missing); diff != "" || len(all) < 60 {
		t.Errorf("of %d fields and words no scene uses (-want +got):\n%s", len(all), diff)
	}
}

// declarable gathers the fields that a declaration has and the words that they
// may hold: a word that is not known tells which ones are.
func declarable(typ reflect.Type, all map[string]bool) {
	if word, ok := reflect.New(typ).Interface().(encoding.TextUnmarshaler); ok {
		for _, known := range regexp.MustCompile(`'([^']+)'`).FindAllStringSubmatch(fmt.Sprint(word.UnmarshalText(nil)), -1) {
			all[typ.Name()+" "+known[1]] = true
		}
		return
	}
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		declarable(typ.Elem(), all)
	case reflect.Struct:
		for f := range typ.Fields() {
			name := typ.Name() + "." + f.Name
			all[name] = true
			if !slices.Contains(uncovered, name) {
				declarable(f.Type, all)
			}
		}
	}
}

// using gathers the fields that a declaration sets and the words it holds. An
// enumeration's first word is its zero, so its field counts as set.
func using(v reflect.Value, used map[string]bool) {
	if word, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, _ := word.MarshalText()
		used[v.Type().Name()+" "+string(text)] = true
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			using(v.Elem(), used)
		}
	case reflect.Slice:
		for i := range v.Len() {
			using(v.Index(i), used)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Name() + "." + v.Type().Field(i).Name; !v.Field(i).IsZero() {
				used[name] = true
			}
			using(v.Field(i), used)
		}
	}
}

func TestScenesAreValid(t *testing.T) {
	names := map[string]bool{}
	for _, sc := range slices.Concat(allScenes(), plainScenes()) {
		p := sc.plan
		p.Timeline = slices.Clone(p.Timeline)
		for i := range p.Timeline {
			if e := &p.Timeline[i]; e.Endless {
				e.For = 0 // a plan that is run has it; one that is declared has not
			}
		}
		if err := p.Validate(); err != nil || names[sc.name] {
			t.Errorf("%s: %v", sc.name, err)
		}
		names[sc.name] = true
	}
}

func TestFiguresThatAreTooFarApartAreNamed(t *testing.T) {
	model := []figure{{"baseline", "good/sale", 0.98, 0, 0.05}, {"recovery", "attempts/sale", 2, 0.1, 0.05}}
	for _, c := range []struct {
		good, attempts float64
		want           []string
	}{
		{0.98, 2, nil}, {0.94, 2.19, nil}, {0.92, 2, []string{"baseline good/sale"}},
		{0.98, 1.7, []string{"recovery attempts/sale"}},
	} {
		actual := []figure{{"baseline", "good/sale", c.good, 0, 0.05}, {"recovery", "attempts/sale", c.attempts, 0.1, 0.05}}
		if diff := cmp.Diff(c.want, differences(model, actual)); diff != "" {
			t.Errorf("%+v: differences (-want +got):\n%s", c, diff)
		}
	}
	if differences(model, model[:1]) == nil {
		t.Error("a run that came back passes for one that did not")
	}
}
