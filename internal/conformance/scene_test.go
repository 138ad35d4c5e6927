package conformance

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

const (
	s  = time.Second
	ms = time.Millisecond
)

// arms are the engines that run a scene beside the simulator.
type arms uint8

const (
	processes arms = 1 << iota
	containers
)

// scene is one scenario, and how it comes out.
type scene struct {
	name string
	want verdict.Kind
	arms arms
	plan experiment.Plan
}

// stage makes a scene of what it changes in the common plan: 100 terminals that
// bring 50 sales a second to a backend that serves 80, struck from the fifth
// second to the seventh, watched to the seventeenth. A collapse is watched for
// longer, since the verdict waits for three of the clients' own time scales, each
// the time until the last of them comes back.
func stage(name string, want verdict.Kind, a arms, change func(p *experiment.Plan, c *terminal.Config, n *backend.Config)) scene {
	p := experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "pos", Terminals: 100, Timeout: 800 * ms,
			Sale: terminal.Sale{Every: 2 * s, Deadline: 4 * s},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: 8, Service: backend.Service{Mean: 100 * ms},
		}}},
		Horizon: 17 * s,
		Judge:   verdict.Config{Window: s, Hold: 3, Warmup: s, Lag: 25 * ms},
	}
	if want == verdict.Collapsed {
		p.Horizon = 23 * s
	}
	change(&p, &p.Fleet[0], &p.Backend.Nodes[0])
	for i := range p.Fleet {
		p.Fleet[i].Starts = p.Starts
		p.Fleet[i] = p.Fleet[i].WithDefaults()
	}
	for i := range p.Backend.Nodes {
		p.Backend.Nodes[i] = p.Backend.Nodes[i].WithDefaults()
	}
	return scene{name: name, want: want, arms: a, plan: p}
}

func spike(times float64) []fault.Event {
	return []fault.Event{{Kind: fault.Spike, At: 5 * s, For: 2 * s, Times: times}}
}

func crash() []fault.Event {
	return []fault.Event{{Kind: fault.Crash, At: 5 * s, For: 2 * s, Node: "api"}}
}

func freeze() []fault.Event {
	return []fault.Event{{Kind: fault.Freeze, At: 5 * s, For: 2 * s, Node: "api"}}
}

func quota(cpus float64) []fault.Event {
	return []fault.Event{{Kind: fault.CPU, At: 5 * s, For: 3 * s, Node: "api", CPUs: cpus}}
}

// allScenes are the scenes of all files, in the order of their names here.
func allScenes() []scene {
	var all []scene
	all = append(all, clientScenes()...)
	all = append(all, offlineScenes()...)
	all = append(all, serverScenes()...)
	all = append(all, loadScenes()...)
	all = append(all, linkScenes()...)
	all = append(all, diskScenes()...)
	all = append(all, nameScenes()...)
	all = append(all, hoursScenes()...)
	return all
}
