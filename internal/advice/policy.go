package advice

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// policy is how a cohort, or a node on a link, calls.
type policy struct {
	at, of   string // its path, and whose it is in words
	class    Class
	retry    retry.Config
	timeout  time.Duration
	runsOn   bool
	deadline string        // the path of the deadline
	patience time.Duration // the deadline; none if zero
	many     bool          // whether many have it, each by itself
	calls    int           // after which a new breaker may open
}

// policy are the knobs of a policy.
func (c *catalogue) policy(p *policy) {
	if p.retry.Backoff != retry.None {
		p.retry = p.retry.WithDefaults()
		c.attempts(p)
		c.delays(p)
		c.budget(p)
	}
	c.breaker(p)
	c.timeouts(p)
	c.words(p)
}

// attempts bound the tries of a sale, down to one.
func (c *catalogue) attempts(p *policy) {
	k := Knob{Name: "attempts" + p.of, Class: p.class, Now: limitText(p.retry.Attempts())}
	path := p.at + ".retry.maxAttempts"
	for _, n := range []int{20, 10, 7, 5, 4, 3, 2, 1} {
		if n >= p.retry.Attempts() {
			continue
		}
		phrase := fmt.Sprintf("at most %d attempts%s", n, p.of)
		if n == 1 {
			phrase = "no retries" + p.of
		}
		k.Strengths = append(k.Strengths, single(path, phrase, whole(n))...)
	}
	c.add(k)
}

// delays are what is waited before a retry, and how that is spread.
func (c *catalogue) delays(p *policy) {
	at := p.at + ".retry"
	if p.retry.Backoff == retry.Immediate {
		c.waits(p, "constant", "a pause of %s with full jitter before a retry")
		c.waits(p, "exponential", "exponential backoff from %s with full jitter")
		return
	}
	multiples := []float64{1.5, 2, 3, 4, 6, 8, 12, 16, 32}
	base := Knob{Name: "base of the backoff" + p.of, Class: p.class, Now: said(p.retry.Base),
		Strengths: spans(at+".base", "a backoff from %s"+p.of, p.retry.Base, multiples)}
	for i := range base.Strengths { // a cap below the base is refused
		s := &base.Strengths[i]
		if d := times(p.retry.Base, multiples)[i]; p.retry.Cap > 0 && p.retry.Cap < d {
			s.edits = append(s.edits, set(at+".cap", span(d)))
		}
	}
	c.add(base)
	if p.retry.Cap > 0 {
		c.add(Knob{Name: "cap of the backoff" + p.of, Class: p.class, Now: said(p.retry.Cap),
			Strengths: spans(at+".cap", "a backoff up to %s"+p.of, p.retry.Cap, multiples)})
	}
	if p.retry.Backoff != retry.Exponential {
		c.add(Knob{Name: "law of the backoff" + p.of, Class: p.class, Now: p.retry.Backoff.String(),
			Strengths: single(at+".backoff", "exponential backoff"+p.of, word("exponential"))})
	}
	if p.retry.Jitter == retry.NoJitter || p.retry.Jitter == retry.ProportionalJitter {
		c.add(Knob{Name: "jitter" + p.of, Class: p.class, Now: p.retry.Jitter.String(), Strengths: append(
			single(at+".jitter", "equal jitter"+p.of, word("equal")),
			single(at+".jitter", "full jitter"+p.of, word("full"))...)})
	}
}

// waits make a policy that retries at once wait.
func (c *catalogue) waits(p *policy, law, phrase string) {
	at := p.at + ".retry"
	k := Knob{Name: law + " backoff" + p.of, Class: p.class, Now: "at once",
		Strengths: spans(at+".base", phrase+p.of, p.timeout, []float64{1. / 16, 1. / 8, 1. / 4, 1. / 2, 0.99, 2, 4, 8, 16})}
	for i := range k.Strengths {
		s := &k.Strengths[i]
		s.edits = append(s.edits, set(at+".backoff", word(law)), set(at+".jitter", word("full")))
	}
	c.add(k)
}

// budget bounds retries to a share of the requests. Of many clients each has a bucket
// of its own, and a full one is a burst of retries; so there it may hold one, too.
func (c *catalogue) budget(p *policy) {
	at := p.at + ".retry.budget"
	if b := p.retry.Budget; b != nil {
		c.share(p, "retry budget", experiment.Share.Text(float64(b.Ratio)), float64(b.Ratio), "", func(ratio json.RawMessage) experiment.Change {
			return set(at+".ratio", ratio)
		})
		return
	}
	c.share(p, "retry budget", "none", math.Inf(1), "", func(ratio json.RawMessage) experiment.Change {
		return set(at, fmt.Appendf(nil, `{"ratio":%s}`, ratio))
	})
	if p.many {
		c.share(p, "retry budget of one", "none", math.Inf(1), " that holds one retry", func(ratio json.RawMessage) experiment.Change {
			return set(at, fmt.Appendf(nil, `{"ratio":%s,"tokens":1}`, ratio))
		})
	}
}

// share adds a knob whose strengths are smaller and smaller shares.
func (c *catalogue) share(p *policy, name, now string, below float64, holds string, edit func(json.RawMessage) experiment.Change) {
	k := Knob{Name: name + p.of, Class: p.class, Now: now}
	for _, r := range []float64{3, 2, 1, 0.5, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05, 0.03, 0.02, 0.01} {
		if r < below {
			k.Strengths = append(k.Strengths, Strength{
				Phrase: fmt.Sprintf("a retry budget of %s%s%s", experiment.Share.Text(r), holds, p.of),
				edits:  []experiment.Change{edit(experiment.Share.JSON(r))},
			})
		}
	}
	c.add(k)
}

// breaker stops sending after failures, for a time that gets longer.
func (c *catalogue) breaker(p *policy) {
	multiples := []float64{0.5, 1, 2, 4, 8, 16, 32}
	at := p.at + ".retry.breaker"
	if b := p.retry.Breaker; b != nil && b.Open > 0 {
		c.add(Knob{Name: "breaker" + p.of, Class: p.class, Now: "open for " + said(b.Open),
			Strengths: spans(at+".open", "a breaker"+p.of+" that stays open for %s", b.Open, []float64{1.5, 2, 3, 4, 8, 16})})
		return
	} else if b != nil {
		return
	}
	k := Knob{Name: "breaker" + p.of, Class: p.class, Now: "none"}
	for _, m := range multiples {
		open := max(nice(time.Duration(m*float64(p.timeout))), 10*time.Millisecond)
		k.Strengths = append(k.Strengths, single(at, fmt.Sprintf("a breaker%s that opens for %s", p.of, said(open)),
			fmt.Appendf(nil, `{"calls":%d,"failureRatio":0.5,"open":%s}`, p.calls, span(open)))...)
	}
	c.add(k)
}

// timeouts are how long an attempt, and a sale, may take.
func (c *catalogue) timeouts(p *policy) {
	longer := []float64{1.25, 1.5, 2, 2.5, 3, 4, 6, 8}
	if p.patience > 0 { // an attempt ends with its sale
		longer = slices.DeleteFunc(longer, func(m float64) bool { return m > float64(p.patience)/float64(p.timeout) })
	}
	c.add(Knob{Name: "longer timeout" + p.of, Class: p.class, Now: said(p.timeout),
		Strengths: spans(p.at+".timeout", "a timeout"+p.of+" of %s", p.timeout, longer)})
	c.add(Knob{Name: "shorter timeout" + p.of, Class: p.class, Now: said(p.timeout),
		Strengths: spans(p.at+".timeout", "a timeout"+p.of+" of %s", p.timeout, []float64{0.8, 0.65, 0.5, 0.35, 0.25, 0.125})})
	if p.patience > 0 {
		c.add(Knob{Name: "deadline" + p.of, Class: p.class, Now: said(p.patience),
			Strengths: spans(p.deadline, "a deadline"+p.of+" of %s", p.patience, []float64{0.8, 0.65, 0.5, 0.35, 0.25, 0.125})})
	}
}

// words are the knobs that have a few words or copies for values.
func (c *catalogue) words(p *policy) {
	at := p.at + ".retry"
	if n := p.retry.Parallel; n > 1 {
		k := Knob{Name: "copies" + p.of, Class: p.class, Now: fmt.Sprintf("%d of each try", n)}
		for n--; n >= 1; n-- {
			phrase := fmt.Sprintf("%d copies of each try%s", n, p.of)
			if n == 1 {
				phrase = "one copy of each try" + p.of
			}
			k.Strengths = append(k.Strengths, single(at+".parallel", phrase, whole(n))...)
		}
		c.add(k)
	}
	if p.retry.RetryAfter == retry.IgnoreRetryAfter {
		c.add(Knob{Name: "Retry-After" + p.of, Class: p.class, Now: "ignored",
			Strengths: single(at+".retryAfter", "Retry-After honoured"+p.of, word("honour"))})
	}
	if p.runsOn {
		c.add(Knob{Name: "cancel" + p.of, Class: p.class, Now: "run-on",
			Strengths: single(p.at+".cancel", "attempts"+p.of+" cancelled at their timeout", word("close"))})
	}
}
