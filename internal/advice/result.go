package advice

import (
	"encoding/json"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Result is what the search came to: Proposals where the variant does not come back,
// Limit where nothing helps, Margins where it comes back already.
type Result struct {
	Scenario string
	Variant  string
	Seed     uint64
	AtLeast  float64 // the probability asked for
	Complete bool    // false where the search was cut short: by its context, or by Config.Most
	Runs     int     // made

	Before Probability // that the variant comes back as it is
	Kinds  []KindCount // of those runs
	// Proposals are proven, the smallest and cheapest first.
	Proposals []Proposal
	// Dominated are proven too, but another one with no more changes, made by nobody
	// else, is at least as good in everything and better in something.
	Dominated []Proposal
	Limit     *Limit
	Margins   []Margin // the nearest first
	Beyond    []Margin // the parameters that have no edge as far as was looked
	Notes     []string // what a reader must know of how this came about
}

// Probability is how often runs came back: K of N, with the 95 % Wilson interval.
type Probability struct {
	K, N      int
	Low, High float64
}

// KindCount counts the runs of a kind.
type KindCount struct {
	Kind  verdict.Kind
	Count int
}

// Change is a value in place of another.
type Change struct {
	Path string
	// From is what is declared, or the default; nil if nothing is.
	From, To json.RawMessage
}

// Proposal is a change, or several together, after which the variant comes back.
type Proposal struct {
	Name    string   // "a retry budget of 12%", or several of those
	Knobs   []string // what is changed, such as "retry budget"
	Classes []Class  // by whom, in order and each once
	Price   float64  // by Config.Price
	Workers int      // that the nodes have more
	Changes []Change
	Patch   json.RawMessage // the variant with the changes, over the base
	// Probability is counted over runs that the search has not used.
	Probability Probability
	// Weaker is the next weaker strength of one change alone, that does not suffice; nil
	// of several changes, and where there is none.
	Weaker *Strengthened
	// Margin is a stronger strength that came back in each of its runs; nil where
	// none did.
	Margin *Strengthened
	Cost   *Cost // nil where the search was cut short before
}

// Strengthened is a proposal with another strength.
type Strengthened struct {
	Name        string
	Changes     []Change
	Patch       json.RawMessage
	Probability Probability
}

// Cost is what a proposal does to the sales, by the same seeds with and without it. An
// operator's order is counted as if it were given each time, though nothing is wrong.
type Cost struct {
	Calm  *Effect // without a trigger; nil where that cannot be measured
	Mild  *Effect // with a mild one, and 1% of messages lost; see Result.Notes
	Storm *Effect // with that which is declared
}

// Effect is how things are with and without a proposal.
type Effect struct{ Without, With Figures }

// Figures are means over runs.
type Figures struct {
	FailedPer1000   float64 // sales that failed or were turned away
	ParkedPer1000   float64 // sales that went offline; they are not failed
	P99             float64 // seconds that a completed sale took, at the 99th percentile; 0 if none was
	GoodputShare    float64 // of the sales, completed within their deadline
	AttemptsPerSale float64
}

// Limit says why nothing helps.
type Limit struct {
	Demand   float64 // sales per second that customers bring without a trigger
	Capacity float64 // sales per second that can be served without retries; 0 if not known
	// Overloaded says that demand alone exceeds the capacity, which no retry policy heals.
	Overloaded bool
	Reason     string
	Tried      int          // changes and sets of changes that were tried
	Nearest    *Probability // of the change that came back most often in the search; nil if none ever did
	NearestTo  string       // its name
}

// Margin is how far a parameter can go before the variant no longer comes back.
type Margin struct {
	Path string
	Now  json.RawMessage
	// Edge is the first value looked at with which it no longer comes back with the
	// probability asked for; nil if there is none as far as was looked. Low and High are
	// the two values, as amounts, between which the edge lies.
	Edge      json.RawMessage
	Low, High float64
	Shown     bool    // both are, by runs that the search for them has not used
	Factor    float64 // Edge ÷ Now, or as far as was looked
	Phrase    string  // "20% more terminals", "fleet.*.timeout of 1.4s or less"
	Becomes   verdict.Kind
}
