package experiment

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Experiment is a scenario with all its variants, each complete in itself.
type Experiment struct {
	Name     string
	Variants []Variant // in the order declared; at least one
}

// Variant is one run to make: the scenario's declaration with the variant's
// own fields in place of it.
type Variant struct {
	Name string
	Plan
}

// Plan is everything that one run needs to know.
type Plan struct {
	Fleet    []terminal.Config `json:"fleet"`
	Backend  Backend           `json:"backend"`
	Timeline []fault.Event     `json:"timeline"`
	// Starts is the time of day at which the run begins, where the offset is 0.
	Starts time.Duration `json:"starts"`
	// Day is the length of a day, by which opening hours, the demand over the day and the
	// dates of sales are meant; 24 h if zero. A shorter one compresses an incident of days.
	Day     time.Duration  `json:"day"`
	Horizon time.Duration  `json:"horizon"`
	Judge   verdict.Config `json:"judge"`
	Expect  Expect         `json:"expect"`
	Gate    Gate           `json:"gate"`
}

// Backend is what the fleet talks to.
type Backend struct {
	Nodes []backend.Config `json:"nodes"`
	// Names stand for one node at a time, which orders of the timeline change.
	Names []network.Name `json:"names"`
	// Records is how many records, such as booking slots, each tenant has: each sale
	// writes one of them. Sales write none in common if zero.
	Records int `json:"records"`
}

// Terminals is the size of the whole fleet.
func (p *Plan) Terminals() int {
	n := 0
	for i := range p.Fleet {
		n += p.Fleet[i].Terminals
	}
	return n
}

// Demand is the sales per second that the whole fleet brings outside any spike.
func (p *Plan) Demand() float64 {
	var perSec float64
	for i := range p.Fleet {
		perSec += float64(p.Fleet[i].Terminals) / p.Fleet[i].Sale.Every.Seconds()
	}
	return perSec
}

// Trigger gives the first start and the last end of what is on the timeline. What is
// done at once takes the moment in which it is ordered; what is endless ends at the
// horizon.
func (p *Plan) Trigger() (from, to time.Duration) {
	for i, e := range p.Timeline {
		if i == 0 || e.At < from {
			from = e.At
		}
		to = max(to, e.End())
		switch {
		case e.Kind.Momentary():
			to = max(to, e.At+1)
		case e.Endless:
			to = max(to, p.Horizon)
		}
	}
	return from, to
}

// endless says whether a trigger is on, or comes and goes, until the horizon.
func (p *Plan) endless() bool {
	return slices.ContainsFunc(p.Timeline, func(e fault.Event) bool { return e.Endless })
}
