package reports

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/retrystorm/retrystorm/internal/field"
)

// misfit is what is wrong with one field.
type misfit struct {
	location []string // the names and indexes on the way to it
	field.Error
}

// part is a place in a result: the steps to it, and its path.
type part struct {
	steps []string
	path  string
}

// misfitsOf puts what the schema's library found in doc, which stands at a place
// of a result, into the words of this program.
func misfitsOf(err error, doc any, at part) []misfit {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	var found []misfit
	add := func(leaf *jsonschema.ValidationError, path, problem string) {
		if at.path != "" {
			path = field.Join(at.path, path)
		}
		found = append(found, misfit{slices.Concat(at.steps, leaf.InstanceLocation), field.Error{Path: path, Problem: problem}})
	}
	for _, leaf := range leavesOf(invalid, nil) {
		path, value := locate(doc, leaf.InstanceLocation)
		if missing, ok := leaf.ErrorKind.(*kind.Required); ok {
			for _, name := range missing.Missing {
				add(leaf, field.Join(path, name), "is missing")
			}
			continue
		}
		add(leaf, path, fmt.Sprintf("is %s; %s", field.Show(value), right(leaf.ErrorKind)))
	}
	return found
}

// worded gives a line for each wrong field, in the order of their paths.
func worded(found []misfit) error {
	slices.SortStableFunc(found, func(a, b misfit) int {
		return slices.CompareFunc(a.location, b.location, byIndexOrName)
	})
	var errs field.Errors
	for _, f := range found {
		errs.Add(f.Path, "%s", f.Problem)
	}
	return errs.Err()
}

// leavesOf gives the errors that have no cause but themselves.
func leavesOf(e *jsonschema.ValidationError, leaves []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return append(leaves, e)
	}
	for _, cause := range e.Causes {
		leaves = leavesOf(cause, leaves)
	}
	return leaves
}

// byIndexOrName puts [2] before [10].
func byIndexOrName(a, b string) int {
	i, errA := strconv.Atoi(a)
	j, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return i - j
	}
	return strings.Compare(a, b)
}

var plainName = regexp.MustCompile(`^\w{1,60}$`)

// locate follows a location to what stands there, and gives its path in the
// style of the field package.
func locate(doc any, location []string) (path string, value any) {
	for _, step := range location {
		switch holder := doc.(type) {
		case []any:
			i, _ := strconv.Atoi(step)
			path, doc = field.At(path, i), holder[i]
		case map[string]any:
			name := step
			if !plainName.MatchString(step) {
				name = "[" + field.Show(step) + "]"
			}
			path, doc = field.Join(path, name), holder[step]
		}
	}
	return path, doc
}

// right says what would be right.
func right(wrong jsonschema.ErrorKind) string {
	switch k := wrong.(type) {
	case *kind.Type:
		return "must be " + types(k.Want)
	case *kind.Enum:
		words := make([]string, len(k.Want))
		for i, w := range k.Want {
			words[i] = fmt.Sprintf("'%v'", w)
		}
		return "must be one of " + strings.Join(words, ", ")
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.Format:
		return "must be a " + k.Want + ", such as 2026-03-06T16:30:00Z"
	}
	return "does not fit the schema"
}

// types names the types of values that JSON Schema knows, null last.
func types(names []string) string {
	words := map[string]string{
		"integer": "a whole number", "number": "a number", "string": "a text",
		"boolean": "true or false", "array": "a list", "object": "an object",
	}
	var said []string
	for _, n := range names {
		if n != "null" {
			said = append(said, words[n])
		}
	}
	if slices.Contains(names, "null") {
		said = append(said, "null")
	}
	return strings.Join(said, " or ")
}
