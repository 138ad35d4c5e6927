package experiment

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/race"
)

// injury is one fault put into a declaration, and where it must be reported.
type injury struct {
	path string
	tree *node
}

// injuries gives a tree once with each fault that can be put into it: a value
// that stands nowhere, a name that nobody has and a name with a letter too many.
func injuries(path string, n *node) []injury {
	misfit := &node{shape: object}
	if n.shape == object {
		misfit = &node{shape: list, items: []*node{{shape: boolean, literal: "true"}}}
	}
	out := []injury{{path, misfit}}
	for i, item := range n.items {
		for _, inner := range injuries(field.At(path, i), item) {
			items := append([]*node(nil), n.items...)
			items[i] = inner.tree
			out = append(out, injury{inner.path, &node{shape: list, items: items}})
		}
	}
	put := func(at string, i int, m member) {
		members := append([]member(nil), n.members...)
		members[i] = m
		out = append(out, injury{at, &node{shape: object, members: members}})
	}
	for i, m := range n.members {
		put(field.Join(path, m.name+"q"), i, member{m.name + "q", m.value})
		for _, inner := range injuries(field.Join(path, m.name), m.value) {
			put(inner.path, i, member{m.name, inner.tree})
		}
	}
	if n.shape == object {
		alien := member{"zzzzzzzz", &node{shape: number, literal: "1"}}
		out = append(out, injury{field.Join(path, alien.name), &node{shape: object, members: append(n.members[:len(n.members):len(n.members)], alien)}})
	}
	return out
}

func paths(t *testing.T, data string) []string {
	t.Helper()
	_, err := Decode([]byte(data))
	var all field.List
	if !errors.As(err, &all) {
		t.Fatalf("%v is no field.List for %s", err, data)
	}
	var out []string
	for _, e := range all {
		out = append(out, e.Path)
	}
	return out
}

// otherForms are the forms of a slowdown that stand in the place of friday's.
var otherForms = []string{
	`{"above": 3, "perRequest": 0.01}`, `{"steps": [{"above": 50, "times": 2}, {"above": 100, "times": 5}], "measure": "inflight"}`,
}

func TestOneFaultAnywhereIsReportedThereAndNowhereElse(t *testing.T) {
	all := injuries("", parsed(t, friday))
	for _, form := range otherForms {
		for _, inj := range injuries("", parsed(t, edited(t, friday, edit{`{"above": 100, "times": 3, "measure": "arrivals"}`, form}))) {
			if strings.Contains(inj.path, ".slowdown") { // the others are among those above
				all = append(all, inj)
			}
		}
	}
	if len(all) < 150 {
		t.Fatalf("only %d faults are tried", len(all))
	}
	for _, inj := range all {
		data := render(t, inj.tree)
		if diff := cmp.Diff([]string{inj.path}, paths(t, data)); diff != "" {
			t.Errorf("paths (-want +got):\n%s\nfor %s", diff, data)
		}
	}
}

func TestOneFaultInAVariantIsReportedThereAndNowhereElse(t *testing.T) {
	for i, inj := range injuries("", parsed(t, friday).without("name")) {
		if race.Enabled && i%7 != 0 {
			continue // one goroutine has no races; without the detector all
		}
		if inj.path == "" {
			continue // a patch that is no object is said so in words of its own
		}
		want := []string{field.Join(`variants["a b"]`, inj.path)}
		got := paths(t, with(friday, `"variants": {"fine": {}, "a b": `+render(t, inj.tree)+`, "too": {}}`))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("paths (-want +got):\n%s\nfor %s", diff, render(t, inj.tree))
		}
	}
}

// TestEveryFieldCanBeDecoded keeps a field of a type that the decoder does not
// know from coming in: it would panic on a user's declaration.
func TestEveryFieldCanBeDecoded(t *testing.T) {
	example := map[shape]*node{object: {shape: object}, list: {shape: list, items: []*node{{shape: object}}}, number: {shape: number, literal: "1"}}
	var walk func(at string, v reflect.Value)
	walk = func(at string, v reflect.Value) {
		for _, n := range example {
			newDecoder().value(at, n, v)
		}
		switch v.Kind() {
		case reflect.Pointer:
			walk(at, reflect.New(v.Type().Elem()).Elem())
		case reflect.Slice:
			walk(at+"[]", reflect.New(v.Type().Elem()).Elem())
		case reflect.Struct:
			_, fields := declarable(v.Type())
			for name, index := range fields {
				walk(at+"."+name, v.FieldByIndex(index))
			}
		}
	}
	walk("", reflect.New(reflect.TypeFor[Plan]()).Elem())
}

// together gives the first of several values, with the members that only later ones have.
func together(items []*node) *node {
	all := *items[0]
	for _, n := range items[1:] {
		for _, m := range n.members {
			if all.get(m.name) == nil {
				all.members = append(slices.Clone(all.members), m)
			}
		}
	}
	return &all
}

// TestFridayDeclaresEveryField keeps the tests that inject faults complete.
func TestFridayDeclaresEveryField(t *testing.T) {
	var walk func(at string, typ reflect.Type, n *node)
	walk = func(at string, typ reflect.Type, n *node) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			if typ.Kind() == reflect.Slice && n.shape == list {
				n = together(n.items)
			}
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		names, fields := declarable(typ)
		for _, name := range names {
			if v := n.get(name); v != nil {
				walk(at+"."+name, typ.FieldByIndex(fields[name]).Type, v)
			} else if !strings.HasPrefix(at, ".timeline") && !strings.HasPrefix(at, ".fleet.offline.retry") &&
				at != ".backend.nodes.slowdown" { // see otherForms
				t.Errorf("%s.%s is declared nowhere", at, name)
			}
		}
	}
	walk("", reflect.TypeFor[Plan](), parsed(t, friday))
}
