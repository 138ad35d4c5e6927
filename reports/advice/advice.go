package advice

import (
	"encoding/json"

	"github.com/retrystorm/retrystorm/internal/advice"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Schema names the layout of advice.json. Fields may be added under the same name; none
// changes its meaning or goes away.
const Schema = "retrystorm.advice/v1"

// Advice is what advice.json holds. Times are in seconds, demands in sales per second.
// What is not known is nil, null in JSON.
type Advice struct {
	Schema   string  `json:"schema"`
	Scenario string  `json:"scenario"`
	Variant  string  `json:"variant"`
	Engine   string  `json:"engine"`
	Seed     uint64  `json:"seed"`
	Complete bool    `json:"complete"` // nothing that was asked for is missing
	Runs     int     `json:"runs"`
	AtLeast  float64 `json:"at_least"` // the probability of coming back that was asked for

	// Before is how often the variant comes back as it is, and Kinds how those runs ended.
	Before Probability          `json:"before"`
	Kinds  map[verdict.Kind]int `json:"kinds"`
	// Proposals are proven, the smallest and cheapest first.
	Proposals []Proposal `json:"proposals"`
	// Dominated are proven too, but one of the proposals is at least as good in
	// everything and better in something.
	Dominated []Proposal `json:"dominated"`
	Limit     *Limit     `json:"limit"` // why nothing helps; nil where something does
	// Margins are how far the parameters of a variant that comes back can go, the nearest
	// edge first; Beyond those that have no edge as far as was looked.
	Margins []Margin `json:"margins"`
	Beyond  []Margin `json:"beyond"`
	Notes   []string `json:"notes"`
	// Versions are those of the programs that took part, by their names.
	Versions map[string]string `json:"versions"`
	// Declaration is the scenario as it was run, over which the patches are made.
	Declaration json.RawMessage `json:"declaration,omitempty"`
}

// Probability is how often runs came back: K of N, with the 95% Wilson interval.
type Probability struct {
	Kind string  `json:"kind"` // what was counted
	K    int     `json:"k"`
	N    int     `json:"n"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Change is a value in place of another. From is what is declared, or the default; null
// if nothing is.
type Change struct {
	Path string          `json:"path"`
	From json.RawMessage `json:"from"`
	To   json.RawMessage `json:"to"`
}

// Proposal is a change, or several together, after which the variant comes back.
type Proposal struct {
	Name    string         `json:"name"`
	Knobs   []string       `json:"knobs"`   // what is changed, such as "retry budget"
	Classes []advice.Class `json:"classes"` // by whom
	Price   float64        `json:"price"`
	Changes []Change       `json:"changes"`
	// Patch is the variant with the changes, as it stands under variants in a script.
	Patch       json.RawMessage `json:"patch"`
	Probability Probability     `json:"probability"`
	Cost        *Cost           `json:"cost"` // nil where the search was broken off before
	// Weaker is the next weaker strength, which does not suffice, or nil.
	Weaker *Strengthened `json:"weaker"`
	// Margin is a stronger strength that came back in each of its runs, or nil.
	Margin *Strengthened `json:"margin"`
}

// Strengthened is a proposal with another strength.
type Strengthened struct {
	Name        string          `json:"name"`
	Changes     []Change        `json:"changes"`
	Patch       json.RawMessage `json:"patch"`
	Probability Probability     `json:"probability"`
}

// Cost is what becomes of the sales with a proposal. The figures of its own are those
// when nothing is wrong; nil where they cannot be measured.
type Cost struct {
	FailedPer1000 *float64 `json:"failed_per_1000"`
	P99           *float64 `json:"p99_s"`
	GoodputShare  *float64 `json:"goodput_share"`

	// The same seeds without and with it: when nothing is wrong, under a mild trigger, and
	// under what is declared.
	Calm  *Effect `json:"calm"`
	Mild  *Effect `json:"mild"`
	Storm *Effect `json:"storm"`
}

// Effect is how things are without and with a proposal.
type Effect struct {
	Without Figures `json:"without"`
	With    Figures `json:"with"`
}

// Figures are means over runs.
type Figures struct {
	FailedPer1000   float64  `json:"failed_per_1000"` // sales that failed or were turned away
	ParkedPer1000   float64  `json:"parked_per_1000"` // sales that went offline
	P99             *float64 `json:"p99_s"`           // nil if no sale was completed
	GoodputShare    float64  `json:"goodput_share"`   // of the sales, completed within their deadline
	AttemptsPerSale float64  `json:"attempts_per_sale"`
}

// Limit says why nothing helps.
type Limit struct {
	Reason     string       `json:"reason"`
	Demand     float64      `json:"demand"`     // sales per second without a trigger
	Capacity   *float64     `json:"capacity"`   // sales per second without retries; nil if not known
	Overloaded bool         `json:"overloaded"` // the demand alone is more than the capacity
	Tried      int          `json:"tried"`      // changes and sets of changes
	Nearest    *Probability `json:"nearest"`    // of the change that came back most often; nil if none ever did
	NearestTo  string       `json:"nearest_to"`
}

// Margin is how far a parameter can go before the variant no longer comes back.
type Margin struct {
	Path string          `json:"path"`
	Now  json.RawMessage `json:"now"`
	// Edge is the first value looked at with which it no longer comes back; null if there
	// is none as far as was looked.
	Edge    json.RawMessage `json:"edge"`
	Low     *float64        `json:"low"` // the edge lies between Low and High; nil without one
	High    *float64        `json:"high"`
	Shown   bool            `json:"shown"`   // by runs that the search has not used
	Factor  float64         `json:"factor"`  // the edge, or as far as was looked, ÷ what is declared
	Phrase  string          `json:"phrase"`  // such as "20% more terminals"
	Becomes *verdict.Kind   `json:"becomes"` // how most runs end there; nil without an edge
}
