package capacity

import (
	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Result is the answer, or as much of it as is known.
type Result struct {
	Variant  string
	Seed     uint64
	For      []verdict.Kind // what counts as success
	AtLeast  float64        // the probability asked for
	Runs     int            // made in all
	Complete bool           // nothing that was asked for is missing
	Axes     []Axis
	Edge     *Edge // of one axis; nil where there is none in its range
	// Problem says why there is no edge, and what to ask instead; empty where there is one.
	Problem string
	// Unjudged says that no run proved anything.
	Unjudged bool
	Points   []Point // where runs were made, in the order of the levels
	Map      *Map    // of two axes
	Demand   *Demand // nil where it was not asked for
}

// Edge is where the probability of success crosses what was asked for.
type Edge struct {
	// Value is where it most likely lies. Low and High bound it with the Confidence.
	Value, Low, High float64
	Confidence       float64
	// Inside is the bound on whose side success is probable enough, Outside the other.
	Inside, Outside Level
	At              Level        // of Value
	Never           *Level       // from there on success is as improbable as failure was to be; nil where none was found
	Below, Above    verdict.Kind // how most runs end just below the interval, and just above it
	Others          []Level      // where it seems to cross once more, as the first look at the range shows

	inside, outside, never int // the levels of those
}

// Point is what came of the runs at one value of each axis.
type Point struct {
	At    []int // the level of each axis
	Kinds map[verdict.Kind]int
	// K of N runs were a success. Runs that prove nothing are in neither.
	K, N int
}

// Map is what is known of each pair of levels.
type Map struct {
	Width, Height int
	Cells         []edge.Cell // row by row: all levels of the first axis for each of the second
}
