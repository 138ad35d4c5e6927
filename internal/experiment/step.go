package experiment

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// within says what a step into a value of a type can be: the name of a field, an
// element of a list, or nothing.
type within uint8

const (
	noStep within = iota
	aField
	anElement
)

// stepsInto says how a path goes on in values of a type, which is no pointer.
func stepsInto(t reflect.Type) within {
	_, decodes := reflect.New(t).Interface().(valueDecoder)
	switch {
	case decodes || isWord(t):
		return noStep
	case t.Kind() == reflect.Struct:
		return aField
	case t.Kind() == reflect.Slice:
		return anElement
	}
	return noStep
}

// pointed gives the type that a pointer leads to, or the type itself.
func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldOf gives the type of a named field of a struct; the error says which names
// there are.
func fieldOf(t reflect.Type, here, name string) (reflect.StructField, error) {
	names, fields := declarable(t)
	index, known := fields[name]
	if known {
		return t.FieldByIndex(index), nil
	}
	hint := unlisted(name, names)
	if deep := deeper(t, name); deep != "" && field.Nearest(name, names) == "" {
		hint = "did you mean " + single(strings.TrimPrefix(field.Join(here, deep), ".")) + "?"
	}
	return reflect.StructField{}, failure(at(here, name), "unknown field; %s", hint)
}

// deeper gives the shortest path from a struct to a field of that name further in;
// empty if there is none.
func deeper(t reflect.Type, name string) string {
	type place struct {
		path string
		t    reflect.Type
	}
	for places := []place{{"", t}}; len(places) > 0; places = places[1:] {
		p := places[0]
		switch stepsInto(p.t) {
		case anElement:
			places = append(places, place{p.path + "." + every, pointed(p.t.Elem())})
		case aField:
			names, fields := declarable(p.t)
			for _, n := range names {
				if n == name {
					return strings.TrimPrefix(p.path+"."+n, ".")
				}
				places = append(places, place{p.path + "." + n, pointed(p.t.FieldByIndex(fields[n]).Type)})
			}
		}
	}
	return ""
}

// elements gives the indexes of the elements that a step into a list means.
func elements(n *node, t reflect.Type, here, name string) ([]int, error) {
	var items []*node
	if n != nil {
		items = n.items
	}
	index, err := strconv.ParseUint(name, 10, 31)
	switch {
	case len(items) == 0:
		return nil, failure(here, "has no elements, so there is no %s; declare the list as a whole", single(name))
	case name == every:
		all := make([]int, len(items))
		for i := range all {
			all[i] = i
		}
		return all, nil
	case err == nil && index < uint64(len(items)):
		return []int{int(index)}, nil
	case strings.Trim(name, "-0123456789") == "":
		return nil, failure(here, "there is no element %s; it has %d, of which the first is 0 and the last %d", single(name), len(items), len(items)-1)
	}
	return named(items, pointed(t.Elem()), here, name)
}

// named finds an element by its name.
func named(items []*node, t reflect.Type, here, name string) ([]int, error) {
	const right = "an index from 0 to %d, or * for each"
	var names []string
	if stepsInto(t) == aField {
		for i, item := range items {
			own := label(item, t)
			if own == name {
				return []int{i}, nil
			}
			names = append(names, own)
		}
	}
	if len(names) == 0 || strings.Join(names, "") == "" {
		return nil, failure(here, "%s is no element; write "+right, single(name), len(items)-1)
	}
	if near := field.Nearest(name, names); near != "" {
		return nil, failure(here, "there is no element %s; did you mean %s?", single(name), single(near))
	}
	return nil, failure(here, "there is no element %s; write one of %s, "+right, single(name), quoted(names), len(items)-1)
}

// label gives the name of an element of a list, as it is declared or by default; empty
// if its kind has none.
func label(item *node, t reflect.Type) string {
	key, named := labels[t]
	if !named {
		return ""
	}
	if n := item.get(key); n != nil && n.shape == text {
		return n.literal
	}
	if t == nodeType {
		return theNode
	}
	return ""
}

var nodeType = reflect.TypeFor[backend.Config]()

// labels are the fields by which elements of lists are told apart.
var labels = map[reflect.Type]string{
	reflect.TypeFor[terminal.Config](): "cohort", nodeType: "name", reflect.TypeFor[network.Name](): "name",
}

// failure is what is wrong at one path, as a field.List.
func failure(path, format string, args ...any) error {
	var errs field.Errors
	errs.Add(path, format, args...)
	return errs.Err()
}
