package reports

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// untold is an incident on a backend that tells nothing of itself.
func untold(comesBack bool) *history.History {
	h := incident(comesBack)
	h.Unobserved, h.Wasted, h.Ledger = true, 0, history.Audit{None: true}
	for i := range h.Buckets {
		b := &h.Buckets[i]
		b.Queue, b.InFlight, b.Served, b.Worked, b.Wasted, b.Blind = 0, 0, 0, 0, 0, false
	}
	h.Links = []history.Link{h.FleetLink("api")}
	return h
}

// partlyTold is a run of three nodes, of which the one in the middle tells nothing.
func partlyTold() *history.History {
	h := chain(false)
	h.Unobserved = true
	h.Nodes = append(h.Nodes[:1:1], h.Nodes[2:]...)
	h.Links = h.Links[:2]
	return h
}

// withoutStatistics is a result of such runs, with a gate on the ledger.
func withoutStatistics() *Result {
	r := New("somebody-elses", "local", 1, time.Time{})
	v := judged(verdict.Collapsed, stayedDown)
	v.Evidence.Unobserved, v.Evidence.Flow = true, &verdict.Flow{Demand: 300, Attempts: 1200}
	gate := experiment.Gate{NothingLost: true, NothingDuplicated: true}
	r.Add(newVariant("whole", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, gate, []Run{NewRun(1, untold(false), v)}))
	r.Add(newVariant("a node", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, experiment.Gate{}, []Run{NewRun(1, partlyTold(), v)}))
	return r
}

func TestWhatABackendDoesNotTellIsNullAndNeverZero(t *testing.T) {
	r := withoutStatistics()
	run := &r.Variants[0].Runs[0]
	e, s := &run.Verdict.Evidence, &run.Series
	if !run.Unobserved || e.WastedShare != nil || e.Backlog != nil || e.Flow.ServedPerS != nil || e.Flow.BacklogPerS != nil ||
		run.Totals.WastedWorkS != nil || run.Totals.WorkS != nil || run.Totals.Lost != nil || run.Totals.Duplicated != nil {
		t.Errorf("of the backend it tells %+v and %+v", *e, run.Totals)
	}
	for i := range s.TS {
		if s.Queue[i] != nil || s.InFlight[i] != nil || s.Wasted[i] != nil {
			t.Fatalf("bucket %d has figures of the backend", i)
		}
	}
	if e.Flow.AttemptsPerS != 1200 || s.Attempts[5] != 1200 || run.Totals.Sales == 0 {
		t.Error("what the clients saw is missing")
	}
	text := written(t, r)
	fits(t, strict(t), "without statistics", text)
	again, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Variants, again.Variants); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
	if old := string(written(t, friday())); strings.Contains(old, "unobserved") {
		t.Error("a backend that tells all is said to be unobserved")
	}
}

func TestAGateOnALedgerThatDoesNotExistCannotBeTold(t *testing.T) {
	v := withoutStatistics().Variants[0]
	if v.Passed || v.Probability.K != 1 || v.Outcome() != Invalid {
		t.Errorf("as expected in %d runs, and it passes: %t, outcome %v", v.Probability.K, v.Passed, v.Outcome())
	}
	for _, g := range v.Gates {
		if g.Passed || g.Probability.N != 0 || g.Worst != nil || g.Outcome(0) != decision.Invalid {
			t.Errorf("%+v", g)
		}
	}
}
