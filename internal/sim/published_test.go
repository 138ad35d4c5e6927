package sim

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// published is an outcome from the literature.
type published struct {
	name string
	plan experiment.Plan
	want verdict.Kind
	// amplification is the least attempts per sale in the last quarter.
	amplification float64
}

// osdi22 is L. Huang et al., "Metastable Failures in the Wild", OSDI'22, §5.2,
// figure 5: inserts with a timeout of 3 s and four immediate retries, on a
// server that goes on with what nobody waits for; its CPU quota is cut at 60 s.
// The capacity is ours, within the range that gives the paper's pattern.
func osdi22(scale, cut, load float64, length time.Duration) experiment.Plan {
	const cores, capacity = 10, 16_500
	terminals := int(10 * load * scale)
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "inserts", Terminals: terminals, Timeout: 3 * time.Second,
			Sale:  terminal.Sale{Every: 10 * time.Second},
			Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 5},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "mongo", Workers: cores, CPUs: cores,
			Service: backend.Service{Mean: time.Duration(cores / (capacity * scale) * 1e9), Work: backend.Burned},
			Queue:   backend.Queue{Limit: field.Unbounded},
		}}},
		Timeline: []fault.Event{{Kind: fault.CPU, Node: "mongo", At: time.Minute, For: length, CPUs: cores * (1 - cut)}},
		Horizon:  500 * time.Second,
	}
}

// hotos25 is R. Isaacs et al., "Analyzing Metastable Failures in Distributed
// Systems", HotOS'25, the running example.
func hotos25(bound field.Limit) experiment.Plan {
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "clients", Terminals: 50, Timeout: 5 * time.Second,
			Sale:  terminal.Sale{Every: 10 * time.Second, Deadline: time.Minute},
			Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 6},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "server", Workers: 1,
			Service: backend.Service{Mean: 100 * time.Millisecond, Distribution: backend.Exponential},
			Queue:   backend.Queue{Limit: bound},
		}}},
		Timeline: []fault.Event{{Kind: fault.Spike, At: 5 * time.Minute, For: 10 * time.Minute, Times: 3}},
		Horizon:  45 * time.Minute,
	}
}

// hotos21 is N. Bronson et al., "Metastable Failures in Distributed Systems",
// HotOS'21, §2.1: a database that is ten times slower from 300 queries a second
// on, queries that are sent once more after 1 s, and an outage of 10 s.
func hotos21(perSec int, retries bool) experiment.Plan {
	policy := retry.Config{Backoff: retry.Immediate, MaxAttempts: 2}
	if !retries {
		policy = retry.Config{}
	}
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "web", Terminals: perSec, Timeout: time.Second, Sale: terminal.Sale{Every: time.Second}, Retry: policy,
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "database", Workers: 35,
			Service:  backend.Service{Mean: 100 * time.Millisecond},
			Queue:    backend.Queue{Limit: field.Unbounded},
			Slowdown: &backend.Slowdown{Above: 320, Times: 10, Measure: backend.Arrivals},
		}}},
		Timeline: []fault.Event{{Kind: fault.Freeze, Node: "database", At: 30 * time.Second, For: 10 * time.Second}},
		Horizon:  3 * time.Minute,
	}
}

// seeds is with how many seeds an outcome is tried; a big fleet shows little
// chance.
func (c published) seeds() uint64 {
	if c.plan.Terminals() > 10_000 || shorter() > 1 {
		return 1
	}
	return 3
}

func literature() []published {
	list := []published{
		{"HotOS'25, queue of 150", hotos25(150), verdict.Collapsed, 3},
		{"HotOS'25, queue of 35", hotos25(35), verdict.Recovered, 0},
		{"HotOS'21, 280/s with retries", hotos21(280, true), verdict.Collapsed, 1.9},
		{"HotOS'21, 280/s without", hotos21(280, false), verdict.Recovered, 0},
		{"HotOS'21, 140/s with retries", hotos21(140, true), verdict.Recovered, 0},
	}
	scales := map[string]float64{"a tenth": 0.1}
	if shorter() == 1 {
		scales["full scale"] = 1
	}
	for name, scale := range scales {
		list = append(list,
			published{"OSDI'22 a, " + name, osdi22(scale, 0.78, 6200, 10*time.Second), verdict.Recovered, 0},
			published{"OSDI'22 b, " + name, osdi22(scale, 0.80, 6200, 10*time.Second), verdict.Collapsed, 2.5},
			published{"OSDI'22 c, " + name, osdi22(scale, 0.80, 6200, 9*time.Second), verdict.Recovered, 0},
			published{"OSDI'22 d, " + name, osdi22(scale, 0.80, 4200, 10*time.Second), verdict.Recovered, 0},
		)
	}
	return list
}

func TestPublishedOutcomesComeOut(t *testing.T) {
	for _, c := range literature() {
		t.Run(c.name, func(t *testing.T) {
			p := valid(t, c.plan)
			for seed := range c.seeds() {
				h := Run(context.Background(), Config{Plan: p, Seed: seed})
				v := verdict.Judge(h, p.Judge)
				n := len(h.Buckets)
				last := history.Sum(h.Buckets, n-n/4, n)
				amplification := float64(last.Attempts) / float64(last.Demand)
				t.Logf("seed %d: %s, goodput %.0f %% and %.1f attempts a sale at the end: %s", seed, v.Kind,
					100*float64(last.Good)/float64(last.Demand), amplification, v.Reason)
				if v.Kind != c.want {
					t.Errorf("seed %d: %s, the paper says %s", seed, v.Kind, c.want)
				}
				if amplification < c.amplification {
					t.Errorf("seed %d: %.2f attempts a sale at the end, at least %v expected", seed, amplification, c.amplification)
				}
			}
		})
	}
}
