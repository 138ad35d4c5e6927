package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// friday is scenarios/kounta-friday.js, as it happened, for so many terminals
// of which each sells so often; the backend grows with the demand.
func friday(terminals int, every, horizon time.Duration) experiment.Plan {
	perSec := float64(terminals) / every.Seconds()
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "4.4.1", Terminals: terminals,
			Sale:    terminal.Sale{Every: every, Deadline: 9 * time.Second},
			Timeout: 3 * time.Second,
			Retry:   retry.Config{Backoff: retry.Immediate, MaxAttempts: field.Unbounded},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: field.Limit(perSec * 0.23),
			Service: backend.Service{Mean: 100 * time.Millisecond, Distribution: backend.Lognormal, Sigma: 0.5},
			Queue:   backend.Queue{Limit: field.Unbounded},
		}}},
		Timeline: []fault.Event{{Kind: fault.Spike, At: 20 * time.Second, For: 8 * time.Second, Times: 4}},
		Horizon:  horizon,
	}
}

// valid fails the test if a plan breaks a rule.
func valid(t testing.TB, p experiment.Plan) experiment.Plan {
	t.Helper()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	for i := range p.Fleet {
		p.Fleet[i] = p.Fleet[i].WithDefaults()
		p.Fleet[i].Starts = p.Starts
	}
	for i := range p.Backend.Nodes {
		p.Backend.Nodes[i] = p.Backend.Nodes[i].WithDefaults()
	}
	return p
}

// shorter is how many times shorter long runs are than they are meant to be.
func shorter() float64 {
	if testing.Short() {
		return 20
	}
	return underRace
}
