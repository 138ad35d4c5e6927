package experiment

import (
	"reflect"
	"strings"
	"sync"

	"github.com/retrystorm/retrystorm/internal/field"
)

// object reads the members of n into the fields of a struct.
func (d *decoder) object(path string, n *node, v reflect.Value) {
	_, fields := declarable(v.Type())
	for _, m := range n.members {
		here := at(path, m.name)
		index, known := fields[m.name]
		switch {
		case d.full():
			return
		case !known:
			d.unknown(here, path, m.name, v.Type())
		case m.value.shape != deleted:
			d.value(here, m.value, v.FieldByIndex(index))
		}
	}
}

// unknown reports a name that no field of t has. The field that was likely
// meant is then as good as unreadable: its lack has no consequences.
func (d *decoder) unknown(here, path, name string, t reflect.Type) {
	names, fields := declarable(t)
	if near := field.Nearest(name, names); near != "" {
		d.unknowable[at(path, near)] = true
		d.siblings[path] = d.siblings[path] || isWord(t.FieldByIndex(fields[near]).Type)
	}
	d.fail(here, "unknown field; %s", unlisted(name, names))
}

// members are the declarable fields of a struct.
type members struct {
	names  []string         // in order
	fields map[string][]int // where each stands
}

// known keeps what declarable has found, by type: a search decodes thousands of plans,
// and reflection takes longer than all else in it.
var known sync.Map

// declarable gives the names of a struct's declarable fields, in order, and
// where each stands. Fields of embedded structs count as the struct's own;
// fields without a json tag cannot be declared.
func declarable(t reflect.Type) ([]string, map[string][]int) {
	if m, ok := known.Load(t); ok {
		m, _ := m.(members)
		return m.names, m.fields
	}
	m := members{fields: map[string][]int{}}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && f.IsExported() {
			m.names = append(m.names, name)
			m.fields[name] = f.Index
		}
	}
	known.Store(t, m)
	return m.names, m.fields
}

// hides says that a rule's complaint about path is a mere consequence of
// something that could not be read.
func (d *decoder) hides(path string) bool {
	if d.siblings[parent(path)] {
		return true
	}
	for p := path; p != ""; p = parent(p) {
		if d.unknowable[p] {
			return true
		}
	}
	return d.unknowable[""] || d.misses(path)
}

// misses says that a member of the object at path could not be read, so that
// nothing can be said of the object as a whole.
func (d *decoder) misses(path string) bool {
	for p := range d.unknowable {
		if parent(p) == path {
			return true
		}
	}
	return false
}

// judge drops what follows from fields that could not be read.
func (d *decoder) judge(err error) field.List {
	var all, kept field.List
	var errs field.Errors
	errs.Within("", err)
	if !asList(errs.Err(), &all) {
		return nil
	}
	for _, e := range all {
		if !d.hides(e.Path) {
			kept = append(kept, e)
		}
	}
	return kept
}

// unread says whether anything at a path or within it could not be read.
func (d *decoder) unread(path string) bool {
	for at := range d.unknowable {
		if strings.HasPrefix(at, path) {
			return true
		}
	}
	return false
}

// parent gives the path of what holds the field at path.
func parent(path string) string {
	if strings.HasSuffix(path, "]") {
		return path[:max(0, strings.LastIndexByte(path, '['))]
	}
	return path[:max(0, strings.LastIndexByte(path, '.'))]
}
