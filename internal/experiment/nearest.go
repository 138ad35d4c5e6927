package experiment

import (
	"strconv"
	"strings"
)

// nearest gives the name that a misspelt one was likely meant to be, or an
// empty string if none is close.
func nearest(name string, names []string) string {
	const longest = 64 // beyond it nothing is a slip of the finger, and comparing is dear
	best, least := "", max(1, len(name)/3)+1
	if len(name) > longest {
		return ""
	}
	for _, other := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(other)); d < least {
			best, least = other, d
		}
	}
	return best
}

// distance counts the single-letter changes, insertions, deletions and swaps
// of neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, row := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		next := make([]int, len(t)+1)
		next[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(t)]
}

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
	if near := nearest(name, names); near != "" {
		return "did you mean " + single(near) + "?"
	}
	return "write one of " + quoted(names)
}
