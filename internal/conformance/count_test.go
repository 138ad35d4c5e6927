package conformance

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
)

// How far counts may be apart on a machine that has other things to do, where the
// comparison of all scenes asks for one to itself.
const (
	// chanceApart, in roots of what is counted. The customers are the same, so the
	// arms are closer than two samples that have nothing in common, which differ by
	// more than twice the root of their count once in six times.
	chanceApart = 2
	// busyApart, of the sales of a phase: the shortest lasts two seconds, of which
	// the machine may stand still for a tenth.
	busyApart = 0.05
	// busyLag is how late the generator may be, and busyService how much longer a
	// service may take in the mean, in a run that says anything at all.
	busyLag     = 100 * ms
	busyService = 10 * ms
)

// countedScenes are what is compared on any machine: faults of the only node, of one of
// several and of disks, a name that changes, opening hours, a spike, and retries on no
// link, one and all. They need no more than two thirds of what the backend can do,
// before and after the trigger.
func countedScenes() []scene {
	return slices.DeleteFunc(allScenes(), func(sc scene) bool {
		return !slices.Contains([]string{
			"no retries, a crash",
			"shedding with a Retry-After that is honoured, a spike",
			"linear backoff with equal jitter on a timeout, a freeze",
			"a chain of two, retries on the link, a crash behind it",
			"a chain of three, retries on each link, a freeze of the last",
			"two nodes in turn, one of which turns most away",
			"a slow disk whose commits go in groups",
			"a read-only disk, retries on that",
			"a crash of one of two entries, a failover and back",
			"shops that open together and sync at once, and more customers later",
		}, sc.name)
	})
}

// counted gives those figures of a run that are counts, each as a multiple of the
// sales of its phase, with the room that a busy machine needs.
func counted(h *history.History, p experiment.Plan) []figure {
	sales := map[string]float64{whole: float64(max(history.Sum(h.Buckets, 0, len(h.Buckets)).Demand, 1))}
	var out []figure
	for _, f := range figuresOf(h, p, "local") {
		if f.name == "sales" {
			sales[f.phase] = f.value
			f.absolute = chanceApart*math.Sqrt(f.value) + busyApart*f.value
		} else if all := sales[f.phase]; strings.HasSuffix(f.name, "/sale") {
			n := f.value * all
			f.absolute = max(f.absolute, (chanceApart*math.Sqrt(n)+busyApart*all+fewApart)/all)
		} else {
			continue
		}
		f.relative = 0
		out = append(out, f)
	}
	return out
}

// overloaded says why a run says nothing even with that much room; empty if it says
// something.
func overloaded(h *history.History, p experiment.Plan) string {
	if h.Problem != "" {
		return h.Problem
	}
	p.Judge.Lag = busyLag
	if why := behind(h, p); why != "" {
		return why
	}
	if by := stretched(h, p); by > busyService {
		return fmt.Sprintf("the backend's services took %v longer than they should have in the mean, where %v is allowed", by, busyService)
	}
	return ""
}

// TestSimulatorAndProcessesCountAlike is the part of the comparison of figures that
// needs no machine to itself.
func TestSimulatorAndProcessesCountAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 s, or 40 s where the machine is busy")
	}
	t.Parallel()
	scenes := countedScenes()
	runs := runAll(t.Context(), harness.Local(binary(t)), scenes, len(scenes), overloaded)
	for i, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			actual := <-runs[i]
			if why := overloaded(actual.History, sc.plan); why != "" {
				t.Skipf("twice the run in real time says nothing: %s", why)
			}
			model := simulate(t, carriedOut(sc.plan, actual.History))
			a, b := counted(model, sc.plan), counted(actual.History, sc.plan)
			if wrong := differences(a, b); len(wrong) > 0 {
				t.Errorf("sim and local differ in %v\n%s%s", wrong, table("local", a, b), faults(actual.History))
			} else {
				t.Logf("late by %v\n%s", actual.Generator.LagP99, table("local", a, b))
			}
		})
	}
}

func TestCountsThatAreTooFarApartAreSeen(t *testing.T) {
	names := map[string]bool{}
	for _, sc := range countedScenes() {
		names[sc.name] = true
		model := simulate(t, sc.plan)
		// What it would change if retries or faults were not carried out, or a fifth
		// of the customers did not come.
		for what, change := range map[string]func(*experiment.Plan){
			"no retries": func(p *experiment.Plan) {
				for i := range p.Backend.Nodes {
					n := &p.Backend.Nodes[i]
					n.Calls = slices.Clone(n.Calls)
					for l := range n.Calls {
						n.Calls[l].Retry.MaxAttempts = 1
					}
				}
			},
			"no fault": func(p *experiment.Plan) { // an order that changes a name is none
				p.Timeline = slices.DeleteFunc(slices.Clone(p.Timeline), func(e fault.Event) bool { return !e.Kind.ChangesName() })
			},
			"fewer customers": func(p *experiment.Plan) { p.Fleet[0].Terminals = p.Fleet[0].Terminals * 4 / 5 },
		} {
			p := sc.plan
			p.Fleet, p.Backend.Nodes = slices.Clone(p.Fleet), slices.Clone(p.Backend.Nodes)
			change(&p)
			other := counted(simulate(t, p), sc.plan)
			links := len(sc.plan.Graph().Edges()) > 0
			if wrong := differences(counted(model, sc.plan), other); len(wrong) == 0 && (links || what != "no retries") {
				t.Errorf("%s: with %s the counts pass for the same", sc.name, what)
			}
		}
	}
	if len(names) != 10 {
		t.Errorf("%d scenes of 10", len(names))
	}
}
