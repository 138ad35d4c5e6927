package reports

import (
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Group is how a run went for a group of tenants: those of a cohort, or those whose
// requests end at the same node.
type Group struct {
	Name           string       `json:"name"`
	By             string       `json:"by"` // "cohort" or "node"
	Terminals      int          `json:"terminals"`
	Tenants        int          `json:"tenants"`
	Kind           verdict.Kind `json:"kind"`              // by what its own clients saw
	TimeToRecoverS *float64     `json:"time_to_recover_s"` // only of a recovered one
	Final          bool         `json:"final,omitempty"`   // longer watching changes nothing, but by chance
	Reason         string       `json:"reason"`
	Sales          int64        `json:"sales"`         // brought by customers
	Amplification  *float64     `json:"amplification"` // attempts per sale
	Completed      int64        `json:"completed"`     // in time or late
	Failed         int64        `json:"failed"`        // given up for good
	TurnedAway     int64        `json:"turned_away"`   // customers sent away
	Unsynced       int64        `json:"unsynced"`      // in offline queues at the end
}

// BlastRadius is how many tenants were hurt at once. One is hurt from a sale that is
// not completed in time, or goes offline, until the same terminal completes one in
// time and online.
type BlastRadius struct {
	Tenants int64   `json:"tenants"` // of the whole fleet
	Hurt    int64   `json:"hurt"`    // the most at once, from the trigger's start on
	Share   float64 `json:"share"`   // of the tenants
	AtS     float64 `json:"at_s"`    // when they were that many first
}

// groupsOf joins what the groups of tenants counted and how they were judged; a run
// that was not judged has none.
func groupsOf(h *history.History, judged []verdict.Group) []Group {
	var out []Group
	for i := range min(len(h.Groups), len(judged)) {
		g, v := &h.Groups[i], &judged[i]
		if g.Terminals == 0 {
			continue // a version of the client that terminals get by an update
		}
		sum := history.Sum(g.Buckets, 0, len(g.Buckets))
		one := Group{
			Name: g.Name, By: g.By, Terminals: g.Terminals, Tenants: g.Tenants,
			Kind: v.Kind, Final: v.Final, Reason: v.Reason,
			Sales: sum.Demand, Amplification: per(sum.Attempts, sum.Demand), Completed: sum.Good + sum.Late,
			Failed: sum.Failed, TurnedAway: sum.TurnedAway,
		}
		if v.Kind == verdict.Recovered {
			one.TimeToRecoverS = known(v.TimeToRecover.Seconds())
		}
		if n := len(g.Buckets); n > 0 {
			one.Unsynced = g.Buckets[n-1].Unsynced
		}
		out = append(out, one)
	}
	return out
}

func blastRadiusOf(h *verdict.Hurt) *BlastRadius {
	if h == nil {
		return nil
	}
	return &BlastRadius{Tenants: h.Tenants, Hurt: h.Most, Share: h.Share(), AtS: h.At.Seconds()}
}
