package main

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// traced checks that a trace has just those attempts of the one run of a result
// that have ended: as many of each ending, and none twice.
func traced(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: traced FILE DIR")
	}
	r, err := read(ts.MkAbs(args[1]))
	ts.Check(err)
	type id struct{ Terminal, Attempt uint32 }
	seen := map[id]bool{}
	ended := map[string]int64{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var a struct {
			id
			Ended string
		}
		ts.Check(json.Unmarshal([]byte(line), &a))
		if seen[a.id] {
			ts.Fatalf("an attempt stands there twice: %s", line)
		}
		seen[a.id] = true
		ended[a.Ended]++
	}
	want := r.Variants[0].Runs[0].Totals.Outcomes
	maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
	if !maps.Equal(ended, want) || len(seen) == 0 {
		ts.Fatalf("traced are %v, and %v have ended", ended, want)
	}
}
