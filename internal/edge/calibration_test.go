package edge

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/retrystorm/retrystorm/internal/race"
)

// searches is the number of simulated searches of a case.
func searches() int {
	if race.Enabled || testing.Short() {
		return 5
	}
	return 50
}

// edgeCase is a probability with a known edge, and what a search of it may cost.
type edgeCase struct {
	name   string
	cfg    Config
	p      func(middle float64) func(int) float64
	common bool
	found  float64 // the share of searches that find an interval, at least
	width  float64 // of the interval, in levels: the median, at most
	runs   int     // the median, at most
}

// relative is the interval within 2% of the value, where a level is 1/grid of
// the range and the range is from a quarter of itself to five quarters.
func relative(levels int) func(low, high int) bool {
	return func(low, high int) bool {
		return float64(high-low) <= 0.04*(float64(levels)/4+float64(low+high)/2)
	}
}

// plateau is a probability a little below 0.95 over most of the range, which is
// the hardest to tell from one above.
func plateau(middle float64) func(int) float64 {
	return func(level int) float64 {
		switch {
		case float64(level) < middle/4:
			return 1
		case float64(level) < middle:
			return 0.945
		}
		return 0
	}
}

func shaped(ceiling, spread float64) func(middle float64) func(int) float64 {
	return func(middle float64) func(int) float64 { return falling(ceiling, middle, spread) }
}

func edgeCases() []edgeCase {
	cfg := func(levels int) Config {
		return Config{Levels: levels, AtLeast: 0.95, Confidence: 0.95, Runs: 1500, Enough: relative(levels)}
	}
	exact := func(levels, runs int) Config {
		return Config{Levels: levels, AtLeast: 0.95, Confidence: 0.95, Runs: runs}
	}
	loose := cfg(400)
	loose.Confidence, loose.AtLeast = 0.8, 0.8
	return []edgeCase{
		{"step", cfg(1000), shaped(1, 0), false, 1, 40, 200},
		{"step, common", cfg(1000), shaped(1, 0), true, 1, 40, 200},
		{"step between neighbours", exact(200, 700), shaped(1, 0), false, 1, 1, 260},
		{"few levels", exact(8, 400), shaped(1, 0), false, 1, 1, 160},
		{"few levels, common", exact(24, 400), shaped(1, 0), true, 1, 1, 180},
		{"steep", cfg(1000), shaped(1, 10), false, 1, 40, 260},
		{"spread over 3%", cfg(1000), shaped(1, 30), false, 0.95, 40, 800},
		{"spread over 3%, common", cfg(1000), shaped(1, 30), true, 0.95, 40, 800},
		{"shallow", cfg(400), shaped(1, 40), false, 0.9, 28, 1450},
		{"shallow, common", cfg(400), shaped(1, 40), true, 0.9, 28, 1450},
		{"saturating at 0.97", cfg(400), shaped(0.97, 4), false, 0.3, 30, 1300},
		{"plateau", cfg(100), plateau, false, 0, 100, 1500},
		{"looser", loose, shaped(1, 20), true, 0.95, 20, 500},
	}
}

// tally is what many searches of a case came to.
type tally struct {
	n, found, wrong int
	widths, runs    []int
}

// tryOut runs searches whose edges lie all over the middle of the range, every
// other one turned round.
func tryOut(c *edgeCase, n int) tally {
	t := tally{n: n}
	r := rand.New(rand.NewPCG(11, uint64(len(c.name))))
	for i := range n {
		levels := c.cfg.Levels
		p := c.p(float64(levels) * (0.2 + 0.6*r.Float64()))
		if i%2 == 1 {
			fall := p
			p = func(level int) float64 { return fall(levels - 1 - level) }
		}
		w := &world{p: p, common: c.common, seed: r.Uint64()}
		cfg := c.cfg
		if i%2 == 1 && cfg.Enough != nil {
			cfg.Enough = func(low, high int) bool { return c.cfg.Enough(levels-1-high, levels-1-low) }
		}
		result, trials := w.search(cfg)
		t.runs = append(t.runs, len(trials))
		if result.Found {
			t.found++
			t.widths = append(t.widths, max(result.No-result.Yes, result.Yes-result.No))
		}
		if result.Yes >= 0 && w.p(result.Yes) < cfg.AtLeast || result.No >= 0 && w.p(result.No) >= cfg.AtLeast {
			t.wrong++
		}
	}
	return t
}

// short says whether so many wrong ones show that less than the confidence is
// held: more than three standard deviations above what is allowed.
func (t *tally) short(confidence float64) bool {
	n, err := float64(t.n), 1-confidence
	return float64(t.wrong) > n*err+3*math.Sqrt(n*err*(1-err))
}

func median[T cmp.Ordered](x []T) T {
	if len(x) == 0 {
		var none T
		return none
	}
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

func TestIntervalHoldsTheEdgeAsOftenAsItSays(t *testing.T) {
	for _, c := range edgeCases() {
		t.Run(c.name, func(t *testing.T) {
			got := tryOut(&c, searches())
			t.Logf("%d of %d found, %d wrong, width %d, runs %d", got.found, got.n, got.wrong, median(got.widths), median(got.runs))
			if got.short(c.cfg.Confidence) {
				t.Errorf("%d of %d intervals miss the edge; at most %.0f%% may", got.wrong, got.n, 100*(1-c.cfg.Confidence))
			}
			if slack := 3 * math.Sqrt(float64(got.n)) / 2 * math.Sqrt(4*c.found*(1-c.found)); float64(got.found) < c.found*float64(got.n)-slack {
				t.Errorf("only %d of %d found", got.found, got.n)
			}
			if w := median(got.widths); float64(w) > c.width {
				t.Errorf("the intervals are %d wide; at most %v", w, c.width)
			}
			if m := median(got.runs); m > c.runs {
				t.Errorf("%d trials; at most %d", m, c.runs)
			}
			if m := slices.Max(got.runs); m > c.cfg.Runs {
				t.Errorf("%d trials, more than the %d allowed", m, c.cfg.Runs)
			}
		})
	}
}

// A search that allows itself half of all intervals to be wrong is not taken for
// one that holds 95%.
func TestCalibrationNoticesAWrongError(t *testing.T) {
	c := edgeCase{name: "plateau", cfg: Config{Levels: 100, AtLeast: 0.95, Confidence: 0.5, Runs: 1500}, p: plateau}
	got := tryOut(&c, max(searches(), 25))
	t.Logf("%d of %d wrong", got.wrong, got.n)
	if !got.short(0.95) {
		t.Errorf("only %d of %d intervals miss the edge: the check would not notice", got.wrong, got.n)
	}
}
