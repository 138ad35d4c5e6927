package compare

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func ptr[T interface{ ~int64 | ~float64 }](x T) *T { return &x }

// outcome is how one run of a test came out.
type outcome struct {
	kind          verdict.Kind
	recovery      float64 // in seconds, of a recovered run
	amplification float64
	wasted        float64 // share of the service time
	failed        int64   // of 10,000 sales
	lost, doubled int64
}

func (o outcome) run(seed int) reports.Run {
	r := reports.Run{Seed: uint64(seed)}
	r.Verdict.Kind = o.kind
	if o.kind == verdict.Recovered {
		r.Verdict.TimeToRecoverS = &o.recovery
	}
	r.Totals = reports.Totals{
		Sales: 10_000, Failed: o.failed, Amplification: &o.amplification,
		Lost: &o.lost, Duplicated: &o.doubled, WastedWorkS: new(o.wasted * 1000), WorkS: ptr(1000.0),
	}
	return r
}

// calm is a build that comes back in about 40 s. Its figures vary by about a
// tenth.
func calm(rng *rand.Rand) outcome {
	return outcome{
		kind:          verdict.Recovered,
		recovery:      40 * math.Exp(0.1*rng.NormFloat64()),
		amplification: 1.3 * math.Exp(0.02*rng.NormFloat64()),
		wasted:        0.2 + 0.02*rng.Float64(),
		failed:        int64(30 + rng.IntN(20)),
	}
}

// torn is a build near its boundary: three runs in ten stay down, and some lose
// a sale.
func torn(rng *rand.Rand) outcome {
	o := calm(rng)
	o.recovery *= math.Exp(0.5 * rng.NormFloat64())
	o.failed = int64(max(0, rng.IntN(5)-3))
	if rng.Float64() < 0.3 {
		o.kind, o.amplification, o.wasted = verdict.Collapsed, 4+0.1*rng.Float64(), 1
		o.doubled = int64(rng.IntN(4))
	}
	if rng.Float64() < 0.08 {
		o.lost = 1 + int64(rng.IntN(9))
	}
	return o
}

// drawn makes runs of a build.
func drawn(rng *rand.Rand, n int, build func(*rand.Rand) outcome) []reports.Run {
	runs := make([]reports.Run, n)
	for i := range runs {
		runs[i] = build(rng).run(i)
	}
	return runs
}

// back expects a return, never proven by so few runs, so that only the tests
// decide and not the rule about what came out as expected.
var back = experiment.Expect{AtLeast: 0.999}

func resultOf(scenario string, variants ...reports.Variant) *reports.Result {
	r := reports.New(scenario, "sim", 1, time.Time{})
	for _, v := range variants {
		r.Add(v)
	}
	return r
}

func variantOf(name string, expect experiment.Expect, runs []reports.Run) reports.Variant {
	return sample.Variant(name, expect, experiment.Gate{}, runs)
}

var usual = Config{Alpha: DefaultAlpha, Margin: DefaultMargin}

func comparison(t interface {
	Helper()
	Fatal(...any)
}, before, after *reports.Result, cfg Config) *Comparison {
	t.Helper()
	c, err := Results([]*reports.Result{before}, []*reports.Result{after}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
