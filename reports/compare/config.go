package compare

import (
	"errors"

	"github.com/retrystorm/retrystorm/internal/field"
)

// The defaults of a comparison.
const (
	DefaultAlpha  = 0.05
	DefaultMargin = 0.05
)

// Config says how strictly results are compared.
type Config struct {
	// Alpha is the highest probability with which a comparison may find a
	// difference between two results of one and the same build, such as
	// DefaultAlpha.
	Alpha float64
	// Margin is the least difference that matters: relative to the smaller of
	// two medians, or in absolute terms for a share, where 0.05 is five
	// percentage points. If zero every difference matters that is evident.
	Margin float64
	// AcrossEngines allows that the results come from different engines.
	AcrossEngines bool
}

// Validate reports every field that is wrong, as a field.List.
func (c Config) Validate() error {
	var errs field.Errors
	if !(c.Alpha > 0 && c.Alpha < 1) {
		errs.Add("alpha", "must be a probability above 0 and below 1, such as 0.05")
	}
	if !(c.Margin >= 0 && c.Margin <= mostMargin) {
		errs.Add("margin", "must be a share from 0 to %d, such as 0.05 for 5 %%", mostMargin)
	}
	return errs.Err()
}

const mostMargin = 1000

// Why two results cannot be compared.
var (
	ErrNothing     = errors.New("there is nothing to compare")
	ErrTwice       = errors.New("holds several results of one scenario")
	ErrScenario    = errors.New("compares different scenarios")
	ErrEngine      = errors.New("compares different engines")
	ErrDeclaration = errors.New("compares different declarations")
	ErrBaseline    = errors.New("OLD proves nothing and cannot be compared with")
)
