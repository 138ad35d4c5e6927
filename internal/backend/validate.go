package backend

import (
	"regexp"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// The bounds of what can be declared.
const (
	mostWorkers = 1_000_000
	longestMean = time.Hour
	mostSigma   = 5
	mostAbove   = 1_000_000
	mostTimes   = 1000
	mostSlope   = 1000
	mostCPUs    = 1024
	mostCalls   = 64
	// leastMemory is the least that Docker accepts as a limit.
	leastMemory field.Bytes = 6 << 20
)

// named is what can be the name of a container and of a folder.
var named = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)

// Validate reports every wrong field at once, as a field.List, or nil. Zeros
// that stand for a default are right; Validate changes nothing.
func (c Config) Validate() error {
	var errs field.Errors
	if !named.MatchString(c.Name) {
		errs.Add("name", "must be 1 to 63 letters, digits, '.', '_' or '-', the first a letter or digit, such as 'api'")
	}
	if c.Workers < 1 || c.Workers > mostWorkers && c.Workers != field.Unbounded {
		errs.Add("workers", "must be a whole number from 1 to %d, the requests served at once, or 'unbounded'", mostWorkers)
	}
	errs.Within("service", c.Service.Validate())
	errs.Within("queue", c.Queue.Validate())
	if c.Slowdown != nil {
		errs.Within("slowdown", c.Slowdown.Validate())
	}
	word(&errs, "abandoned", c.Abandoned, abandoneds)
	if c.Shed != nil {
		errs.Within("shed", c.Shed.validate(c.WithDefaults()))
	}
	word(&errs, "idempotency", c.Idempotency, idempotencies)
	if len(c.Calls) > mostCalls {
		errs.Add("calls", "has %d links; at most %d are supported", len(c.Calls), mostCalls)
	}
	for i := range c.Calls {
		errs.Within(field.At("calls", i), c.Calls[i].Validate())
	}
	if c.Replica != nil {
		errs.Within("replica", c.Replica.Validate())
	}
	c.storage(&errs)
	c.container(&errs)
	return errs.Err()
}

// storage reports what is wrong with the disk and the cache.
func (c Config) storage(errs *field.Errors) {
	if c.Disk != nil {
		errs.Within("disk", c.Disk.Validate())
		if !c.Records() {
			errs.Add("ledger", "must be true, as disk says what the ledger is on; or leave disk out")
		}
	}
	if c.Warmup != nil {
		errs.Within("warmup", c.Warmup.Validate())
	}
}

// container reports what is wrong with the bounds of the container.
func (c Config) container(errs *field.Errors) {
	if !within(c.CPUs, 0, mostCPUs) {
		errs.Add("cpus", "must be a number of processors above 0 and up to %d, such as 0.5; leave it out for no bound", mostCPUs)
	}
	if c.Memory != 0 && c.Memory < leastMemory {
		errs.Add("memory", "must be at least '6MiB', such as '256MiB'; leave it out for no bound")
	}
}

// Validate reports every wrong field, as a field.List, or nil.
func (s Service) Validate() error {
	var errs field.Errors
	if s.Mean <= 0 || s.Mean > longestMean {
		errs.Add("mean", "must be longer than 0s and at most 1h, such as '100ms'")
	}
	word(&errs, "distribution", s.Distribution, distributions)
	switch {
	case s.Sigma != 0 && s.Distribution != Lognormal:
		errs.Add("sigma", "belongs to a lognormal service time; leave it out, or write distribution 'lognormal'")
	case !within(s.Sigma, 0, mostSigma):
		errs.Add("sigma", "must be above 0 and up to %d, such as 0.5", mostSigma)
	}
	word(&errs, "work", s.Work, works)
	return errs.Err()
}

// Validate reports every wrong field, as a field.List, or nil.
func (q Queue) Validate() error {
	var errs field.Errors
	if q.Limit < field.None {
		errs.Add("limit", "must be a whole number from 0, or 'unbounded'")
	}
	word(&errs, "discipline", q.Discipline, disciplines)
	word(&errs, "overflow", q.Overflow, refusals)
	return errs.Err()
}

// Validate reports every wrong field, as a field.List, or nil.
func (s Slowdown) Validate() error {
	var errs field.Errors
	switch forms := s.forms(); {
	case forms == 0:
		errs.Add("", "does not say how much slower; declare one of times, perRequest and steps")
	case forms > 1:
		errs.Add("", "has several forms; keep one of times, perRequest and steps")
	case s.PerRequest != 0:
		s.slope(&errs)
	case s.Steps != nil:
		s.steps(&errs)
	default:
		Step{s.Above, s.Times}.validate(&errs, "")
	}
	word(&errs, "measure", s.Measure, measures)
	return errs.Err()
}

// forms counts the forms in which the slowdown is declared.
func (s Slowdown) forms() int {
	n := 0
	for _, declared := range []bool{s.Times != 0, s.PerRequest != 0, s.Steps != nil} {
		if declared {
			n++
		}
	}
	return n
}

func (s Slowdown) slope(errs *field.Errors) {
	if !within(s.PerRequest, 0, mostSlope) {
		errs.Add("perRequest", "must be a share of the usual service time above 0 and up to %d, such as 0.01", mostSlope)
	}
	if !within(s.Above, 0, mostAbove) {
		errs.Add("above", "must be a count from 0 to %d, such as 50; leave it out for 0", mostAbove)
	}
}

func (s Slowdown) steps(errs *field.Errors) {
	if len(s.Steps) == 0 {
		errs.Add("steps", "is empty; write bounds such as { above: 50, times: 2 }")
	}
	if s.Above != 0 {
		errs.Add("above", "stands in each of the steps; leave it out here")
	}
	for i, step := range s.Steps {
		path := field.At("steps", i)
		step.validate(errs, path)
		if i > 0 && step.Above <= s.Steps[i-1].Above {
			errs.Add(field.Join(path, "above"), "must be more than the %g of the step before", s.Steps[i-1].Above)
		}
	}
}

func (s Step) validate(errs *field.Errors, path string) {
	if s.Above == 0 || !within(s.Above, 0, mostAbove) {
		errs.Add(field.Join(path, "above"), "must be a count above 0 and up to %d, such as 300", mostAbove)
	}
	if s.Times == 1 || !within(s.Times, 1, mostTimes) {
		errs.Add(field.Join(path, "times"), "must be a multiple of the usual service time above 1 and up to %d, such as 10", mostTimes)
	}
}

// validate reports every wrong field of a Shed of the node.
func (s Shed) validate(c Config) error {
	var errs field.Errors
	limit := c.Queue.Limit
	switch {
	case s.Queue == nil || *s.Queue < 0:
		errs.Add("queue", "must be a whole number from 0, the length of the queue from which requests are turned away")
	case c.Workers == field.Unbounded:
		errs.Add("queue", "is never reached, since no request waits for unbounded workers; bound workers, or leave shed out")
	case limit >= field.None && *s.Queue > limit.Count():
		errs.Add("queue", "must be at most the queue's limit of %d, or nothing is ever shed", limit.Count())
	}
	if s.RetryAfter < 0 || s.RetryAfter%time.Second != 0 {
		errs.Add("retryAfter", "must be whole seconds, such as '5s', as HTTP knows no parts; leave it out for none")
	}
	word(&errs, "refusal", s.Refusal, refusals)
	if s.Refusal == Dropping && s.RetryAfter > 0 {
		errs.Add("retryAfter", "goes out with an answer, and what is dropped gets none; leave it out, or write refusal 'reject'")
	}
	return errs.Err()
}

// within says whether v lies between two bounds, both included; NaN does not.
func within(v, low, high float64) bool { return v >= low && v <= high }

// word reports an enumeration that has no word.
func word[T ~uint8](errs *field.Errors, path string, v T, words []string) {
	if int(v) >= len(words) {
		errs.Add(path, "is not known; write one of '%s'", strings.Join(words, "', '"))
	}
}
