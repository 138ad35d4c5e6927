package field

import "strings"

// Nearest gives the one of names that a misspelt name was likely meant to be,
// whatever its case, or an empty string if none is close: a third of its
// letters may be wrong, and never all of them. Of equally close ones it is the
// first.
func Nearest(name string, names []string) string {
	const longest = 64 // beyond it nothing is a slip of the finger, and comparing is dear
	if len(name) > longest {
		return ""
	}
	best, least := "", min(max(1, len(name)/3)+1, len(name))
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
