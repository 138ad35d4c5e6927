package k6x

import (
	"context"

	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/lib"
)

// badConfig is an error that ends k6 with its code for a bad configuration.
// k6 ends a test on an InterruptError and takes the exit code from the first
// error of the chain that has one, which is this.
type badConfig struct {
	err error
	end string // what the text ends with
}

// Error gives the text of what is wrong.
func (b *badConfig) Error() string { return b.err.Error() + b.end }

// ExitCode is 104.
func (b *badConfig) ExitCode() exitcodes.ExitCode { return exitcodes.InvalidConfig }

// Unwrap gives k6 the kind of error that it ends a test on.
func (b *badConfig) Unwrap() error { return &errext.InterruptError{Reason: b.err.Error()} }

// scenarioOf names the k6 scenario that a VU runs in; empty outside of one.
func scenarioOf(ctx context.Context) string {
	if s := lib.GetScenarioState(ctx); s != nil {
		return s.Name
	}
	return ""
}
