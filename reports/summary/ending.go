package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// endings counts how the runs ended, the most frequent ending first.
func endings(v *reports.Variant) string {
	seen := map[verdict.Kind]int{}
	var kinds []verdict.Kind
	for i := range v.Runs {
		k := v.Runs[i].Verdict.Kind
		if seen[k] == 0 {
			kinds = append(kinds, k)
		}
		seen[k]++
	}
	slices.SortStableFunc(kinds, func(a, b verdict.Kind) int { return seen[b] - seen[a] })
	if len(kinds) == 1 {
		all := "Both"
		if n := len(v.Runs); n > 2 {
			all = "All " + phrase.Count(int64(n))
		}
		return all + " runs " + ending(kinds[0], len(v.Runs)) + "."
	}
	var parts []string
	for _, k := range kinds {
		parts = append(parts, phrase.Count(int64(seen[k]))+" "+ending(k, seen[k]))
	}
	last := len(parts) - 1
	return fmt.Sprintf("Of %s runs, %s and %s.", phrase.Count(int64(len(v.Runs))), strings.Join(parts[:last], ", "), parts[last])
}

// ending is the verb of a verdict.
func ending(k verdict.Kind, n int) string {
	switch k {
	case verdict.Healthy:
		return "stayed healthy"
	case verdict.Recovered:
		return "recovered"
	case verdict.Degraded:
		return "came back too slowly"
	case verdict.Collapsed:
		return "collapsed"
	case verdict.Overloaded:
		return choose(n, "was overloaded", "were overloaded")
	}
	return choose(n, "proves nothing", "prove nothing")
}

func plural(n int64, one, many string) string { return phrase.Count(n) + " " + choose(n, one, many) }

func choose[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
