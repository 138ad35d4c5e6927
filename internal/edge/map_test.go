package edge

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/internal/race"
)

// land answers the trials of a map.
type land struct {
	p    func(x, y int) float64
	seed uint64
}

func (l *land) explore(cfg MapConfig) (result MapResult, spots []Spot) {
	m := NewMap(cfg)
	for batch := m.Next(); batch != nil; batch = m.Next() {
		answers := make([]Answer, len(batch))
		for i, s := range batch {
			stream := uint64(s.Run) | uint64(s.X+1)<<20 | uint64(s.Y+1)<<40
			answers[i] = No
			if rand.New(rand.NewPCG(l.seed, stream)).Float64() < l.p(s.X, s.Y) {
				answers[i] = Yes
			}
		}
		spots = append(spots, batch...)
		m.Learn(answers)
	}
	return m.Result(), spots
}

// monotone gives regions whose probability falls with both parameters.
func monotone(r *rand.Rand) func(x, y int) float64 {
	a, b := 0.2+r.Float64(), 0.2+r.Float64()
	power := 0.5 + 2*r.Float64()
	size, spread := 4+10*r.Float64(), r.Float64()
	return func(x, y int) float64 {
		d := math.Pow(math.Pow(a*float64(x), power)+math.Pow(b*float64(y), power), 1/power)
		return 1 / (1 + math.Exp((d-size)/spread*4))
	}
}

// island gives regions that are Yes within an ellipse and No all around.
func island(r *rand.Rand) func(x, y int) float64 {
	cx, cy := 5+10*r.Float64(), 5+10*r.Float64()
	rx, ry := 4+4*r.Float64(), 4+4*r.Float64()
	return func(x, y int) float64 {
		d := math.Hypot((float64(x)-cx)/rx, (float64(y)-cy)/ry)
		return 1 / (1 + math.Exp((d-1)*40))
	}
}

// edgeCells counts the cells that truly lie beside one of the other side.
func edgeCells(cells int, yes func(x, y int) bool) int {
	n := 0
	for y := range cells {
		for x := range cells {
			for _, d := range [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
				if u, v := x+d[0], y+d[1]; u >= 0 && v >= 0 && u < cells && v < cells && yes(x, y) != yes(u, v) {
					n++
					break
				}
			}
		}
	}
	return n
}

func TestMapAgreesWithBruteForce(t *testing.T) {
	const size, atLeast = 20, 0.95
	regions := 40
	if race.Enabled || testing.Short() {
		regions = 10
	}
	for name, of := range map[string]func(*rand.Rand) func(x, y int) float64{"monotone": monotone, "island": island} {
		inferred, wrong := 0, 0
		for seed := range uint64(regions) {
			l := &land{p: of(rand.New(rand.NewPCG(seed, 7))), seed: seed}
			r, spots := l.explore(MapConfig{Width: size, Height: size, AtLeast: atLeast, Runs: 3000})
			yes := func(x, y int) bool { return l.p(x, y) >= atLeast }
			bound := size * size / 3
			if name == "island" {
				bound = max(bound, 36+5*edgeCells(size, yes)/2) // a ring is longer than a line
			}
			if !r.Done || r.Measured > bound || len(spots) > 3000 {
				t.Errorf("%s %d: %d cells measured in %d trials; at most %d are needed", name, seed, r.Measured, len(spots), bound)
			}
			for i, c := range r.Cells {
				p := l.p(i%size, i/size)
				right := (c.Side == Yes) == (p >= atLeast)
				switch {
				case c.Measured && !right && (p < 0.7 || p > 0.999):
					t.Errorf("%s %d: cell %d,%d is taken for %v at probability %v: %+v", name, seed, i%size, i/size, c.Side, p, c)
				case !c.Measured:
					inferred++
					if !right {
						wrong++
						if p < 0.7 || p > 0.995 {
							t.Errorf("%s %d: inferred %v of %d,%d, where the probability is %v", name, seed, c.Side, i%size, i/size, p)
						}
					}
				}
			}
		}
		if inferred < regions*size*size/2 || wrong > inferred/200 {
			t.Errorf("%s: %d of %d inferred cells are wrong", name, wrong, inferred)
		}
	}
}

func TestMapIsTheSameAgain(t *testing.T) {
	l := &land{p: island(rand.New(rand.NewPCG(3, 3))), seed: 5}
	cfg := MapConfig{Width: 20, Height: 14, AtLeast: 0.9, Runs: 2000}
	a, first := l.explore(cfg)
	b, second := l.explore(cfg)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("other trials:\n%s", diff)
	}
	if diff := cmp.Diff(a, b, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("another map:\n%s", diff)
	}
}

func TestMapKeepsToItsTrials(t *testing.T) {
	for _, runs := range []int{1, 4, 100, 143, 144, 300, 301} {
		l := &land{p: island(rand.New(rand.NewPCG(1, 1)))}
		r, spots := l.explore(MapConfig{Width: 20, Height: 20, AtLeast: 0.95, Runs: runs})
		if len(spots) > runs || !r.Done {
			t.Errorf("%d trials where %d were allowed; done: %v", len(spots), runs, r.Done)
		}
	}
}

func TestMapTellsCellsWithoutAnswerApart(t *testing.T) {
	m := NewMap(MapConfig{Width: 20, Height: 20, AtLeast: 0.95, Runs: 4000})
	truth := func(x, y int) Answer {
		switch {
		case x >= 14:
			return Unknown
		case y >= 9:
			return No
		}
		return Yes
	}
	for batch := m.Next(); batch != nil; batch = m.Next() {
		answers := make([]Answer, len(batch))
		for i, s := range batch {
			answers[i] = truth(s.X, s.Y)
		}
		m.Learn(answers)
	}
	r := m.Result()
	for y := range 20 {
		for x := range 20 {
			if c := r.At(x, y); c.Side != truth(x, y) || math.IsNaN(c.P) != (truth(x, y) == Unknown) {
				t.Errorf("%d,%d: %+v; want %v", x, y, c, truth(x, y))
			}
		}
	}
	if r.Measured > 400/2 { // three sides have two edges
		t.Errorf("%d cells were measured", r.Measured)
	}
}
