package compare

import (
	"encoding/json"
	"math"
	"strconv"
)

// Schema names the layout of a comparison written as JSON. Fields may be added
// under the same name; none changes its meaning or goes away.
const Schema = "retrystorm.comparison/v1"

// Comparison is what changed from one result, or one set of them, to another.
type Comparison struct {
	Schema string `json:"schema"`
	// Answer is Worse, Invalid, Better, NoEvidence or Identical, the first of
	// them that holds of any scenario; Identical only if all are.
	Answer Answer  `json:"answer"`
	Alpha  float64 `json:"alpha"`
	Margin float64 `json:"margin"`
	// Tests is how many figures could have differed; p values are corrected for
	// so many tests at once.
	Tests int `json:"tests"`
	// RunsNeeded is how many runs of each side can show a difference in one
	// figure among so many tests.
	RunsNeeded int        `json:"runs_needed"`
	Scenarios  []Scenario `json:"scenarios"` // in the order of OLD, then those that only NEW has
}

// Scenario is one scenario of both sides, or one that only one of them has.
type Scenario struct {
	Name      string    `json:"name"`
	OldEngine string    `json:"old_engine,omitempty"`
	NewEngine string    `json:"new_engine,omitempty"`
	Answer    Answer    `json:"answer"`   // as of a Comparison; Missing or New if only one side has it
	Notes     []string  `json:"notes"`    // what else one should know, in words
	Variants  []Variant `json:"variants"` // in the order of OLD, then those that only NEW has
}

// Variant is one variant of both sides, or one that only one of them has.
type Variant struct {
	Name    string   `json:"name"`
	Answer  Answer   `json:"answer"`  // as of a Comparison; Missing or New if only one side has it
	Reasons []string `json:"reasons"` // what makes it worse, better or invalid, in words
	Old     *Side    `json:"old"`     // nil if only NEW has it
	New     *Side    `json:"new"`     // nil if only OLD has it
	Figures []Figure `json:"figures"` // none where the sides are identical, or one is missing
}

// Side is the variant in one of the two results.
type Side struct {
	Runs    int    `json:"runs"`
	Invalid int    `json:"invalid"` // runs among them that prove nothing and are left out of the figures
	Passed  bool   `json:"passed"`
	Expect  string `json:"expect"`
}

// Figure is one thing that is compared.
type Figure struct {
	// Name is "as_expected", "time_to_recover", "amplification", "wasted_share",
	// "incomplete_share", "lost" or "duplicated". Less is better, except of
	// as_expected.
	Name string `json:"name"`
	Unit string `json:"unit"` // "share", "s", "attempts per sale" or "sales"
	Old  Level  `json:"old"`
	New  Level  `json:"new"`
	// Change is how much more NEW has, in the figure's unit: of a share of runs
	// the difference, otherwise the Hodges-Lehmann shift.
	Change Number `json:"change"`
	// Low and High bound Change with the probability 1 - Alpha, each figure by
	// itself; null where the runs are too few or nothing is bounded.
	Low  Number `json:"low"`
	High Number `json:"high"`
	// P is the two-sided p value of this test alone, Corrected that of all tests
	// together; null if there was nothing to test.
	P         *Chance `json:"p"`
	Corrected *Chance `json:"p_corrected"`
	Answer    Answer  `json:"answer"` // Worse, Better, NoEvidence, TooSmall, NotCompared or Invalid
	// Tail says that the change is in the worst runs: the medians differ by less
	// than the margin, the ninth deciles by as much or more.
	Tail bool   `json:"tail,omitempty"`
	Why  string `json:"why,omitempty"` // what the answer rests on, in words, if not on the test
}

// Level is where a figure lies on one side.
type Level struct {
	N int `json:"n"` // runs that have the figure
	// Value is the share of runs that came out as expected, or the median of the
	// runs; null if there is none (N is 0) or it is more than any number, as the
	// time to recover of a run that never did.
	Value Number `json:"value"`
	// Ninth is the ninth decile: nine runs in ten have it or less; null as Value.
	Ninth Number `json:"p90"`
	// Some is the number of runs in which the figure is above zero.
	Some int `json:"above_zero"`
	// K is the number of runs that came out as expected, Low and High the 95%
	// Wilson interval of their true share; of as_expected only.
	K    *int     `json:"k,omitempty"`
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// Number is a figure that may be unknown (NaN) or more than any number
// (infinite); in JSON both are null, and others have up to six decimals.
type Number float64

// MarshalJSON gives a number or null.
func (n Number) MarshalJSON() ([]byte, error) {
	const unit, exact = 1e6, 1e9
	x := float64(n)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return []byte("null"), nil
	case math.Abs(x) < exact:
		x = math.Round(x*unit) / unit
	}
	return json.Marshal(x)
}

// known says whether there is a number to show, infinity included.
func (n Number) known() bool { return !math.IsNaN(float64(n)) }

// Chance is a p value; in JSON it has four significant digits.
type Chance float64

// MarshalJSON gives a number.
func (c Chance) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(c), 'g', 4, 64), nil
}
