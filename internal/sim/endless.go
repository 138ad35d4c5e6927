package sim

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// endless says whether a policy, turned away at once, tries for ever at one
// moment, since nothing but time could end it.
func endless(c *retry.Config) bool {
	return c.Backoff == retry.Immediate && c.MaxAttempts == field.Unbounded && c.Budget == nil && c.Breaker == nil
}

// culprit names the part of a cohort that can try for ever, or is empty.
func culprit(c *terminal.Config) string {
	switch {
	case endless(&c.Retry):
		return "retry"
	case c.Offline != nil && c.Retry.Breaker == nil && endless(&c.Offline.Retry):
		return "offline.retry"
	}
	return ""
}

// mostPerMoment is more events than one moment can have, unless it never ends.
func mostPerMoment(p *experiment.Plan) int64 {
	const rest = 100_000 // for what the backend does
	sum := int64(rest)
	for i := range p.Fleet {
		each := mostOfTerminal(&p.Fleet[i])
		for _, w := range fault.Rollouts(p.Timeline, p.Fleet[i].Cohort) {
			for k := range p.Fleet {
				if p.Fleet[k].Cohort == w.To {
					each = max(each, mostOfTerminal(&p.Fleet[k]))
				}
			}
		}
		sum += each * int64(p.Fleet[i].Terminals)
	}
	return sum
}

// mostOfTerminal is more events than a terminal of a cohort has at one moment.
func mostOfTerminal(c *terminal.Config) int64 {
	const (
		rounds  = 50 // of one that tries for ever: enough to be sure
		pending = 20 // sales that are tried at once
		synced  = 4  // events of a sale that is synced
	)
	each := int64(rounds)
	if culprit(c) == "" {
		each += pending * atOnce(&c.Retry)
	}
	if c.Offline != nil {
		each += synced * int64(c.Offline.Parallel)
	}
	return each
}

// atOnce is about how many attempts a sale can make at one moment: with no
// delay between them, as many as its bound, or the budget or the breaker, lets
// pass.
func atOnce(c *retry.Config) int64 {
	const most = 10_000
	n := int64(1)
	if c.Backoff == retry.Immediate {
		n = min(max(int64(c.MaxAttempts), 3), most)
	}
	return n * int64(max(c.Parallel, 1))
}

// overrun stops a run that would not end.
func (r *run) overrun() {
	p := &r.cfg.Plan
	if r.moment <= r.most {
		r.problem = fmt.Sprintf("horizon: after %d events the run was at %v of its time, and no more events are allowed; "+
			"make the horizon shorter than that", r.events, r.now.Round(time.Millisecond))
		return
	}
	if r.latest.to != terminals {
		r.problem = r.endlessCall()
		return
	}
	c := r.cohort(r.latest.term)
	path := field.At("fleet", c)
	part := culprit(&p.Fleet[c])
	if part == "" {
		r.problem = fmt.Sprintf("%s.retry: more than %d events happened at one moment, %v; bound maxAttempts, or declare a backoff with a base",
			path, r.most, r.now)
		return
	}
	r.problem = fmt.Sprintf("%s.%s.backoff: 'immediate' with unbounded attempts never ends while %s (at %v); "+
		"write a backoff with a base of at least '%v', or bound maxAttempts",
		path, part, reason(r.latest.outcome.Cause), r.now.Round(time.Millisecond), r.leastBase(c))
}

// endlessCall names the link over which attempts were made without an end.
func (r *run) endlessCall() string {
	path := fmt.Sprintf("backend.nodes[%d].calls[%d].retry", r.latest.to-1, r.latest.link)
	return fmt.Sprintf("%s: more than %d events happened at one moment, %v, while %s; bound maxAttempts, or declare a backoff with a base",
		path, r.most, r.now, reason(r.latest.outcome.Cause))
}

func reason(c retry.Cause) string {
	switch c {
	case retry.Refused:
		return "connections are refused"
	case retry.Rejected:
		return "the backend turns requests away"
	}
	return "attempts fail at once"
}

// leastBase is the shortest delay with which the longest crash, or the whole
// run where there is none, comes to a number of events that can be borne.
func (r *run) leastBase(cohort int) time.Duration {
	const bearable = 300_000_000
	p := &r.cfg.Plan
	var longest time.Duration
	for _, e := range p.Timeline {
		if e.Kind.TakesDown() {
			longest = max(longest, e.For)
		}
	}
	if longest == 0 {
		longest = p.Horizon
	}
	base := time.Duration(float64(p.Fleet[cohort].Terminals) * float64(longest) / bearable)
	return max(base.Round(time.Millisecond), time.Millisecond)
}
