package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/retrystorm/retrystorm/reports"
)

// point is a line of k6's JSON output: a sample, or else a metric's description.
type point struct {
	Metric, Type string
	Data         struct {
		Value float64
		Tags  map[string]string
	}
}

// metrics compares what k6 carried away with what the result says.
func metrics(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: metrics FILE DIR")
	}
	r, err := read(ts.MkAbs(args[1]))
	ts.Check(err)
	f, err := os.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	points, err := samples(f)
	ts.Check(err)
	ts.Check(tagged(points))
	if d := cmp.Diff(reported(r), carried(points)); d != "" {
		ts.Fatalf("k6's output differs from the result (-result +k6):\n%s", d)
	}
}

func samples(r io.Reader) ([]point, error) {
	var out []point
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var p point
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%w in %s", err, lines.Bytes())
		}
		if p.Type == "Point" {
			out = append(out, p)
		}
	}
	return out, lines.Err()
}

// tagged says which sample lacks a tag that its metric promises.
func tagged(points []point) error {
	promised := map[string][]string{
		"retrystorm_demand":        {"variant", "cohort", "phase"},
		"retrystorm_sales":         {"variant", "cohort", "phase", "outcome"},
		"retrystorm_goodput":       {"variant", "cohort", "phase"},
		"retrystorm_attempts":      {"variant", "cohort", "phase", "outcome"},
		"retrystorm_sale_duration": {"variant", "cohort", "phase"},
		"retrystorm_unsynced":      {"variant", "cohort", "phase"},
		"retrystorm_as_expected":   {"variant"},
		"retrystorm_runs":          {"variant", "verdict"},
	}
	var errs []error
	seen := map[string]bool{}
	for _, p := range points {
		seen[p.Metric] = true
		for _, tag := range promised[p.Metric] {
			if p.Data.Tags[tag] == "" {
				errs = append(errs, fmt.Errorf("a sample of %s has no tag %s: %v", p.Metric, tag, p.Data.Tags))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(promised)) {
		if !seen[name] {
			errs = append(errs, fmt.Errorf("no sample of %s", name))
		}
	}
	return errors.Join(errs...)
}

// carried adds up k6's samples by variant, metric and outcome.
func carried(points []point) map[string]float64 {
	sums := map[string]float64{}
	for _, p := range points {
		tags := p.Data.Tags
		key := tags["variant"] + " " + p.Metric + " " + tags["outcome"]
		switch p.Metric {
		case "retrystorm_demand", "retrystorm_goodput", "retrystorm_sales", "retrystorm_attempts":
			sums[key] += p.Data.Value
		case "retrystorm_sale_duration":
			sums[key]++
		}
	}
	return sums
}

// reported gives the same sums out of a result.
func reported(r *reports.Result) map[string]float64 {
	sums := map[string]float64{}
	add := func(key string, n int64) {
		if n > 0 {
			sums[key] += float64(n)
		}
	}
	for _, v := range r.Variants {
		for _, run := range v.Runs {
			t := run.Totals
			add(v.Name+" retrystorm_demand ", t.Sales)
			add(v.Name+" retrystorm_goodput ", t.Good)
			add(v.Name+" retrystorm_sale_duration ", t.Completed)
			add(v.Name+" retrystorm_sales completed", t.Good)
			add(v.Name+" retrystorm_sales late", t.Late)
			add(v.Name+" retrystorm_sales failed", t.Failed)
			for cause, n := range t.Outcomes {
				add(v.Name+" retrystorm_attempts "+cause, n)
			}
		}
	}
	return sums
}
