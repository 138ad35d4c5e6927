// Package retrystorm registers k6/x/retrystorm; xk6 imports the module's root.
//
// The same program is also the fake backend and the reaper that cleans up
// behind a killed harness: a process started under one of their names becomes
// it before k6 begins.
package retrystorm

import (
	"go.k6.io/k6/v2/js/modules"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/k6x"
)

func init() {
	fakes.TakeOver()
	harness.TakeOver()
	modules.Register(k6x.Name, k6x.New())
}
