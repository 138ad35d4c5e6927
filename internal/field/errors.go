package field

import (
	"errors"
	"fmt"
	"strings"
)

// Error says what is wrong with one declared field and what would be right.
type Error struct {
	Path    string // where, such as "fleet[0].timeout"
	Problem string // what is wrong and what would be right
}

// Error gives "path: problem", or the problem alone where there is no path.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Problem
	}
	return e.Path + ": " + e.Problem
}

// Errors gathers every wrong field of a declaration, so that a user mends them
// all at once. The zero value is ready to use.
type Errors struct{ all []*Error }

// Add notes that the field at path is wrong.
func (e *Errors) Add(path, format string, args ...any) {
	e.all = append(e.all, &Error{Path: path, Problem: fmt.Sprintf(format, args...)})
}

// Within adopts the wrong fields of a part that stands at path. An err that is
// no field error is kept as one problem of the part itself; nil adds nothing.
func (e *Errors) Within(path string, err error) {
	if err == nil {
		return
	}
	var list List
	var one *Error
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = List{one}
	default:
		e.Add(path, "%v", err)
	}
	for _, one := range list {
		e.all = append(e.all, &Error{Path: Join(path, one.Path), Problem: one.Problem})
	}
}

// Err returns everything gathered as a List, or nil when nothing is wrong.
func (e *Errors) Err() error {
	if len(e.all) == 0 {
		return nil
	}
	return List(e.all)
}

// List is one or more wrong fields, in the order in which they were found.
type List []*Error

// Error gives one line per wrong field.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Join puts a field's name after the path of what holds it.
func Join(path, name string) string {
	switch {
	case path == "":
		return name
	case name == "":
		return path
	case strings.HasPrefix(name, "["):
		return path + name
	}
	return path + "." + name
}

// At gives the path of the i-th element of the list at path.
func At(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
