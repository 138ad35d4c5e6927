package experiment

import (
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
)

// quoted lists names for a message: 'a', 'b'. What a user wrote is cut and its
// control characters are escaped.
func quoted(names []string) string {
	const most = 20
	out := make([]string, 0, most+1)
	for i, n := range names {
		if i == most {
			out = append(out, "…")
			break
		}
		out = append(out, single(n))
	}
	return strings.Join(out, ", ")
}

// single quotes a name the way scripts do.
func single(name string) string {
	escaped := strconv.Quote(cut(name))
	return "'" + escaped[1:len(escaped)-1] + "'"
}

// unlisted says that a name is none of those there are, and which was meant.
func unlisted(name string, names []string) string {
	if near := field.Nearest(name, names); near != "" {
		return "did you mean " + single(near) + "?"
	}
	return "write one of " + quoted(names)
}
