package conformance

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// noon is when the runs with opening hours begin.
const noon = 12 * time.Hour

// closing has the shops of every second part of the fleet closed from the eighth
// second to the tenth, with what a freeze right before has left in their queues; those
// of the others, an hour behind, stay open.
func closing(p *experiment.Plan, c *terminal.Config, o terminal.Offline) {
	p.Starts = noon
	c.Hours = &terminal.Hours{Open: noon + 10*s, Close: noon + 8*s, ClosedDays: []int{3}}
	c.Zones = []terminal.Zone{0, terminal.Zone(-time.Hour)}
	c.Offline = &o
	p.Timeline = freeze()
}

// hoursScenes are about shops that close, and about clients that are updated.
func hoursScenes() []scene {
	return []scene{
		stage("shops that close after a freeze and open with a backlog, synced in any order", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers = 16
				closing(p, c, terminal.Offline{After: 1500 * ms, Pace: 200 * ms, Parallel: 2, Order: terminal.AnyOrder, BusinessDate: terminal.BySync})
			}),
		stage("shops that open together and sync at once, and more customers later", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers = 16
				closing(p, c, terminal.Offline{After: s, Jitter: terminal.NoSpread})
				c.Demand = []fault.Point{{Times: 1}, {At: noon + 12*s, Times: 1.2}}
			}),
		stage("customers who cannot pay while sales cannot be sent, a crash", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				c.Offline = &terminal.Offline{After: s, Payments: new(false)}
				p.Timeline = crash()
			}),
		stage("half of the clients get fewer retries amid a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				updated := *c
				updated.Cohort, updated.Terminals, updated.Timeout = "updated", 0, s
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 300 * ms, MaxAttempts: 2}
				p.Fleet = append(p.Fleet, updated)
				n.Queue.Limit, n.Workers = 30, 10
				p.Timeline = append(spike(4), fault.Event{Kind: fault.Rollout, At: 6 * s, For: 2 * s, From: "pos", To: "updated", Share: 0.5})
			}),
	}
}
