package plan

import (
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// kinds are all verdicts, the best first.
var kinds = []verdict.Kind{
	verdict.Healthy, verdict.Recovered, verdict.Degraded, verdict.Collapsed, verdict.Overloaded, verdict.Invalid,
}

// kindsOf gives the kinds that were counted, the best first.
func kindsOf(counts map[verdict.Kind]int) []verdict.Kind {
	var out []verdict.Kind
	for _, k := range kinds {
		if counts[k] > 0 {
			out = append(out, k)
		}
	}
	return out
}

// verbs say what a system does that comes out so.
var verbs = map[verdict.Kind]string{
	verdict.Healthy: "stays healthy", verdict.Recovered: "recovers", verdict.Degraded: "stays degraded",
	verdict.Collapsed: "collapses", verdict.Overloaded: "is overloaded", verdict.Invalid: "proves nothing",
}

// does words what a system does that comes out as one of some kinds.
func does(of []verdict.Kind) string {
	words := make([]string, len(of))
	for i, k := range of {
		words[i] = verbs[k]
	}
	return strings.Join(words, " or ")
}

// named lists kinds: healthy or recovered.
func named(of []verdict.Kind) string {
	words := make([]string, len(of))
	for i, k := range of {
		words[i] = k.String()
	}
	return strings.Join(words, " or ")
}
