package reports

import (
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Link is what went from one node to another. The fleet is a caller, too: its
// links come from history.Fleet.
type Link struct {
	From          string           `json:"from"`
	To            string           `json:"to"`
	Calls         int64            `json:"calls"` // first attempts
	Attempts      int64            `json:"attempts"`
	Amplification *float64         `json:"amplification"` // attempts per sale that customers brought; nil where there was none
	PerCall       *float64         `json:"per_call"`      // attempts per call; nil where there was none
	Goodput       float64          `json:"goodput"`       // attempts acknowledged per second
	Outcomes      map[string]int64 `json:"outcomes"`      // attempts ended, by cause
	Phases        []LinkPhase      `json:"phases"`        // those of the run
	Series        LinkSeries       `json:"series"`
}

// LinkPhase is a link in one phase of the run.
type LinkPhase struct {
	Name            string   `json:"name"`
	AttemptsPerSale *float64 `json:"attempts_per_sale"` // nil where no sale was brought
	GoodputPerS     float64  `json:"goodput_per_s"`     // attempts acknowledged
}

// LinkSeries is the run bucket by bucket, at the times of the run's series; nil
// where the caller could not be asked.
type LinkSeries struct {
	Attempts []*float64 `json:"attempts"` // per second
	Goodput  []*float64 `json:"goodput"`  // attempts acknowledged per second
	Errors   []*float64 `json:"errors"`   // attempts per second that ended without that, but for cancelled ones
}

func linksOf(h *history.History) []Link {
	if len(h.Links) == 0 {
		return nil
	}
	all := stretch{Hi: len(h.Buckets)}
	phases := stretches(h)
	var out []Link
	for i := range h.Links {
		l := &h.Links[i]
		sum := all.sum(l)
		link := Link{
			From: l.From, To: l.To, Calls: sum.Calls, Attempts: sum.Attempts,
			Amplification: per(sum.Attempts, all.demand(h)), PerCall: per(sum.Attempts, sum.Calls),
			Goodput: rate(sum.Outcomes[retry.OK], all.length(h)), Outcomes: byCause(sum.Outcomes),
			Phases: make([]LinkPhase, len(phases)), Series: linkSeriesOf(h, l),
		}
		for j, p := range phases {
			sum := p.sum(l)
			link.Phases[j] = LinkPhase{p.Name, per(sum.Attempts, p.demand(h)), rate(sum.Outcomes[retry.OK], p.length(h))}
		}
		out = append(out, link)
	}
	return out
}

// sum adds up what a link did in a stretch.
func (s stretch) sum(l *history.Link) history.LinkBucket {
	var sum history.LinkBucket
	for i := s.Lo; i < min(s.Hi, len(l.Buckets)); i++ {
		sum.Add(&l.Buckets[i])
	}
	return sum
}

func linkSeriesOf(h *history.History, l *history.Link) LinkSeries {
	n := len(h.Buckets)
	s := LinkSeries{Attempts: make([]*float64, n), Goodput: make([]*float64, n), Errors: make([]*float64, n)}
	caller := nodeNamed(h, l.From)
	for i := range min(n, len(l.Buckets)) {
		if caller != nil && i < len(caller.Buckets) && caller.Buckets[i].Blind {
			continue
		}
		b := &l.Buckets[i]
		start, end := extent(h, i)
		s.Attempts[i] = known(rate(b.Attempts, end-start))
		s.Goodput[i] = known(rate(b.Outcomes[retry.OK], end-start))
		s.Errors[i] = known(rate(errorsAmong(b.Outcomes), end-start))
	}
	return s
}

// nodeNamed gives nil for the fleet, which can always be asked.
func nodeNamed(h *history.History, name string) *history.Node {
	for i := range h.Nodes {
		if h.Nodes[i].Name == name {
			return &h.Nodes[i]
		}
	}
	return nil
}

// long says whether each list has n figures.
func (s *LinkSeries) long(n int) bool {
	return len(s.Attempts) == n && len(s.Goodput) == n && len(s.Errors) == n
}
