package experiment

import (
	"errors"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
)

// every is the step of a path that stands for each element of a list.
const every = "*"

// maxPath is the longest path that is read, in bytes.
const maxPath = 1024

// route is a path in its steps: names, indexes, and every.
type route []string

// readPath splits a path into its steps, at dots and brackets.
func readPath(path string) (route, error) {
	fail := func(format string, args ...any) (route, error) {
		var errs field.Errors
		errs.Add("", "%s is no path: "+format+"; write one such as fleet.0.timeout", append([]any{field.Show(path)}, args...)...)
		return nil, errs.Err()
	}
	if len(path) > maxPath {
		return fail("it is %d bytes long, and at most %d are read", len(path), maxPath)
	}
	var out route
	for rest := path; ; {
		name, after, err := nextStep(rest)
		switch {
		case err != nil:
			return fail("%v", err)
		case name == "":
			return fail("a step of it is empty")
		case len(out) == MaxDepth:
			return fail("it has more than %d steps", MaxDepth)
		}
		out = append(out, name)
		if after == "" {
			return out, nil
		}
		rest = strings.TrimPrefix(after, ".")
	}
}

// nextStep splits the first step off a path.
func nextStep(path string) (name, rest string, err error) {
	if !strings.HasPrefix(path, "[") {
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		return path[:end], path[end:], nil
	}
	if quoted, err := strconv.QuotedPrefix(path[1:]); err == nil {
		name, _ = strconv.Unquote(quoted) // what QuotedPrefix gives is quoted right
		rest, closed := strings.CutPrefix(path[1+len(quoted):], "]")
		if closed && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
			return name, rest, nil
		}
		return "", "", errors.New("there is no ] after a name in quotes")
	}
	name, rest, closed := strings.Cut(path[1:], "]")
	if !closed || rest != "" && !strings.ContainsAny(rest[:1], ".[") {
		return "", "", errors.New("there is no ] where one should be")
	}
	if inner, ok := strings.CutPrefix(name, "'"); ok {
		name = strings.TrimSuffix(inner, "'") // as in a script
	}
	return name, rest, nil
}

// plainLetters are those of which a step needs no quotes.
const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$-*"

// String gives the path with dots between its steps, as readPath reads it.
func (r route) String() string {
	var b strings.Builder
	for i, name := range r {
		switch {
		case strings.Trim(name, plainLetters) != "":
			b.WriteString("[" + strconv.Quote(name) + "]")
		case i > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
	}
	return b.String()
}
