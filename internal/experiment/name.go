package experiment

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/retrystorm/retrystorm/internal/field"
)

const maxName = 64

// ErrNoVariant is the error for a variant that a scenario does not have.
var ErrNoVariant = errors.New("no such variant")

// Variant gives the variant of that name, or an ErrNoVariant that names those
// there are.
func (e *Experiment) Variant(name string) (Variant, error) {
	names := make([]string, len(e.Variants))
	for i, v := range e.Variants {
		if v.Name == name {
			return v, nil
		}
		names[i] = v.Name
	}
	hint := "the scenario has " + quoted(names)
	if near := field.Nearest(name, names); near != "" {
		hint = "did you mean " + single(near) + "? " + hint
	}
	return Variant{}, fmt.Errorf("%w: %s; %s", ErrNoVariant, single(name), hint)
}

// CheckName says what is wrong with a scenario's name, which becomes part of
// the names of files and of metrics: a field.List, or nil if nothing is.
func CheckName(name string) error {
	const right = "write one of letters, digits, '-', '_' and '.', at most 64 of them"
	var errs field.Errors
	switch {
	case name == "":
		errs.Add("name", "is missing; %s", right)
	case !plainName(name):
		errs.Add("name", "%s is no name; %s", field.Show(name), right)
	}
	return errs.Err()
}

func plainName(name string) bool {
	const signs = "-_."
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(signs, r)
	}
	return len(name) <= maxName && strings.IndexFunc(name, odd) < 0 && strings.Trim(name, ".") != ""
}

// labelProblem says what is wrong with the name of a variant or a cohort, which
// stands in tables and on command lines; empty if nothing is.
func labelProblem(name string) string {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	switch {
	case name == "":
		return "is an empty name; write 1 to 64 printable characters"
	case utf8.RuneCountInString(name) > maxName:
		return "is a name too long; write at most 64 characters"
	case strings.IndexFunc(name, unprintable) >= 0:
		return "has characters that cannot be printed; write 1 to 64 printable ones"
	case strings.TrimSpace(name) != name:
		return "begins or ends with a space; leave it out"
	}
	return ""
}
