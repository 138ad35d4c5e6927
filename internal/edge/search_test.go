package edge

import "testing"

func TestSearchFindsAStep(t *testing.T) {
	for _, levels := range []int{2, 3, 8, 60, 2000} {
		for _, rising := range []bool{false, true} {
			at := levels/2 - 1
			w := &world{p: func(level int) float64 {
				if (level <= at) != rising {
					return 1
				}
				return 0
			}}
			r, trials := w.search(Config{Levels: levels, AtLeast: 0.95, Confidence: 0.95, Runs: 700})
			low, high := r.Yes, r.No
			if rising {
				low, high = high, low
			}
			if !r.Done || !r.Found || r.Rising != rising || low > at || high <= at {
				t.Errorf("%d levels, rising %v: %+v after %d trials; want an edge after %d", levels, rising, r, len(trials), at)
			}
		}
	}
}
