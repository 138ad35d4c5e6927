package plan

import (
	"encoding/json"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Schema names the layout of plan.json. Fields may be added under the same name; none
// changes its meaning or goes away.
const Schema = "retrystorm.plan/v1"

// Plan is what plan.json holds. Times are in seconds, demands in sales per second. What
// is not known is nil, null in JSON.
type Plan struct {
	Schema   string         `json:"schema"`
	Scenario string         `json:"scenario"`
	Variant  string         `json:"variant"`
	Engine   string         `json:"engine"`
	Seed     uint64         `json:"seed"`
	Complete bool           `json:"complete"` // nothing that was asked for is missing
	Runs     int            `json:"runs"`
	For      []verdict.Kind `json:"for"`      // what counts as success
	AtLeast  float64        `json:"at_least"` // the probability of success whose edge was sought
	Vary     []Axis         `json:"vary"`
	Edge     *Edge          `json:"edge"` // of one parameter; nil if there is none in its range
	// Problem says why there is no edge, and what to ask instead.
	Problem   string         `json:"problem,omitempty"`
	Unjudged  bool           `json:"unjudged,omitempty"` // no run proved anything
	Points    []Point        `json:"points"`
	Map       *Map           `json:"map,omitempty"` // of two parameters
	Capacity  *Capacity      `json:"capacity"`      // nil where it was not asked for
	Confirmed []Confirmation `json:"confirmed"`
	// Versions are those of the programs that took part, by their names.
	Versions map[string]string `json:"versions"`
	// Declaration is the scenario as it was run, with which the plan can be made again.
	Declaration json.RawMessage `json:"declaration,omitempty"`
}

// Axis is a parameter that was varied.
type Axis struct {
	Path     string   `json:"path"` // paths that are tied together are joined by a +
	From     Value    `json:"from"`
	To       Value    `json:"to"`
	Quantity Quantity `json:"quantity"`
	// Unit is that of numbers: "s", "bytes", "share" (of 1), "times" (what is declared),
	// or empty.
	Unit string `json:"unit"`
	// Values are those that were listed one by one.
	Values []Value `json:"values,omitempty"`
}

// Edge is where the probability of success crosses what was asked for.
type Edge struct {
	// Value is where it most likely lies. Low and High bound it with the Confidence.
	Value      Value        `json:"value"`
	Low        Value        `json:"low"`
	High       Value        `json:"high"`
	Confidence float64      `json:"confidence"`
	Below      verdict.Kind `json:"below"`  // how most runs end just below the interval
	Above      verdict.Kind `json:"above"`  // and just above it
	Rising     bool         `json:"rising"` // success lies above the edge
	// Never is from where on, away from success, it is as improbable as failure is on the
	// other side; nil if that was not found.
	Never  *Value  `json:"never"`
	Others []Value `json:"others,omitempty"` // where it seems to cross once more
}

// Point is what came of the runs at one value of each parameter.
type Point struct {
	At    []Value              `json:"at"`
	Kinds map[verdict.Kind]int `json:"kinds"`
	// K of N runs were a success, and their true share lies from Low to High: the 95%
	// Wilson interval. Runs that prove nothing are in neither.
	K    int     `json:"k"`
	N    int     `json:"n"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Map is what is known of each pair of values.
type Map struct {
	X     []Value `json:"x"`     // of the first parameter
	Y     []Value `json:"y"`     // of the second
	Cells []Cell  `json:"cells"` // all of X for each of Y
}

// At gives the cell of a pair of values, by their places.
func (m *Map) At(x, y int) *Cell { return &m.Cells[y*len(m.X)+x] }

// Cell is a pair of values on a map.
type Cell struct {
	Side Side `json:"side"`
	K    int  `json:"k"`
	N    int  `json:"n"`
	// Invalid are runs that proved nothing.
	Invalid int `json:"invalid,omitempty"`
	// P is the probability of success by the runs, or by those of the nearest measured
	// cells; nil if those proved nothing.
	P *float64 `json:"p"`
}

// Measured says whether there were runs of the cell.
func (c *Cell) Measured() bool { return c.N+c.Invalid > 0 }

// Capacity is what demand a system stands, in sales per second that customers bring.
type Capacity struct {
	Healthy  *float64 `json:"healthy"`    // the highest that stays healthy without a trigger
	Heals    *float64 `json:"heals"`      // the highest from which it comes back after its timeline
	ShedTo   *float64 `json:"shed_to"`    // the highest share of requests that may be let in so that a collapse ends
	ShedForS *float64 `json:"shed_for_s"` // and for how long no more than that

	Declared     float64  `json:"declared"` // the demand as declared
	Serves       *float64 `json:"serves"`   // requests per second that the backend can serve
	HealthyBound Bound    `json:"healthy_bound"`
	HealsBound   Bound    `json:"heals_bound"`
	Shed         *Shed    `json:"shed"` // nil where there is no collapse to end
}

// Bound is the interval of a highest demand, or why it was not found.
type Bound struct {
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
	Problem string   `json:"problem,omitempty"`
}

// Shed is the collapse from which the system was brought back by shedding.
type Shed struct {
	From    float64 `json:"from"`    // the demand at which it is down
	AfterS  float64 `json:"after_s"` // from the end of the last trigger until the order is given
	Problem string  `json:"problem,omitempty"`
}

// Confirmation is a run on another engine beside the edge.
type Confirmation struct {
	At      []Value      `json:"at"`
	Engine  string       `json:"engine"`
	Kind    verdict.Kind `json:"kind"`
	Agrees  bool         `json:"agrees"`
	Success bool         `json:"success"` // whether success is what was expected
	Problem string       `json:"problem,omitempty"`
}
