package k6x

import (
	"strconv"

	"go.k6.io/k6/v2/js/modules"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// The settings of a run, read from k6's environment (-e or the system's), so
// that plain `k6 run` takes the same as our own command line, which sets them.
const (
	EngineVar   = "RETRYSTORM_ENGINE"   // auto, docker, local or sim
	VariantVar  = "RETRYSTORM_VARIANT"  // the one to run; all if empty
	RunsVar     = "RETRYSTORM_RUNS"     // how often each variant runs; 1 if empty
	SeedVar     = "RETRYSTORM_SEED"     // of the first run, the next ones count up; 1 if empty
	OutVar      = "RETRYSTORM_OUT"      // directory for result.json; none is written if empty
	TraceVar    = "RETRYSTORM_TRACE"    // file for the attempts of the one run; none is written if empty
	ProgressVar = "RETRYSTORM_PROGRESS" // anything: show progress on standard error
	QuietVar    = "RETRYSTORM_QUIET"    // anything: nothing but the table and warnings
	DeclareVar  = "RETRYSTORM_DECLARE"  // file for the declaration, which is all that is made then; nothing runs
	ProveVar    = "RETRYSTORM_PROVE"    // anything: make each collapsed run again without retries; in virtual time that is always done

	AtLeastVar            = "RETRYSTORM_AT_LEAST"              // the probability that the runs must show; as declared if empty
	TimeToRecoverBelowVar = "RETRYSTORM_TIME_TO_RECOVER_BELOW" // a time; as declared if empty
	CollapseBelowVar      = "RETRYSTORM_COLLAPSE_BELOW"        // a time; as declared if empty
	AmplificationBelowVar = "RETRYSTORM_AMPLIFICATION_BELOW"   // attempts per sale; as declared if empty
	NothingLostVar        = "RETRYSTORM_NOTHING_LOST"          // true: each acknowledged sale is in the ledger
	NothingDuplicatedVar  = "RETRYSTORM_NOTHING_DUPLICATED"    // true: no sale is in the ledger more than once
)

// demands are the settings that say what must hold, by the fields they stand for.
var demands = map[string]string{
	"atLeast":            AtLeastVar,
	"timeToRecoverBelow": TimeToRecoverBelowVar,
	"collapseBelow":      CollapseBelowVar,
	"amplificationBelow": AmplificationBelowVar,
	"nothingLost":        NothingLostVar,
	"nothingDuplicated":  NothingDuplicatedVar,
}

type settings struct {
	engine, variant, out string
	trace                string
	runs                 int
	seed                 uint64
	progress, quiet      bool
	prove                bool
	demand               experiment.Demand
}

// setting gives a setting of k6's environment; empty if there is none.
func setting(vu modules.VU, key string) string {
	if v, ok := vu.InitEnv().RuntimeOptions.Env[key]; ok {
		return v
	}
	v, _ := vu.InitEnv().LookupEnv(key)
	return v
}

// readSettings reads the settings; the error names every wrong one.
func readSettings(vu modules.VU) (settings, error) {
	env := func(key string) string { return setting(vu, key) }
	var errs field.Errors
	s := settings{
		engine: env(EngineVar), variant: env(VariantVar), out: env(OutVar), trace: env(TraceVar), runs: 1, seed: 1,
		progress: env(ProgressVar) != "", quiet: env(QuietVar) != "",
		prove: env(ProveVar) != "",
	}
	if s.engine == "" {
		s.engine = "auto"
	}
	if v := env(RunsVar); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > campaign.MostRuns {
			errs.Add("runs", "%s is not how often to run each variant; write a whole number from 1 to %d", field.Show(v), campaign.MostRuns)
		}
		s.runs = n
	}
	if v := env(SeedVar); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			errs.Add("seed", "%s is not a seed; write a whole number from 0", field.Show(v))
		}
		s.seed = n
	}
	words := map[string]string{}
	for field, key := range demands {
		words[field] = env(key)
	}
	var err error
	s.demand, err = experiment.ParseDemand(words)
	errs.Within("", err)
	return s, errs.Err()
}
