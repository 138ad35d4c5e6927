package edge

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever is answered, a search ends within its trials, and what it says fits
// together.
func TestAnySearchEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Config{
			Levels:     rapid.IntRange(2, 300).Draw(t, "levels"),
			AtLeast:    rapid.SampledFrom([]float64{0.501, 0.7, 0.95, 0.999}).Draw(t, "at least"),
			Confidence: rapid.SampledFrom([]float64{0.5, 0.95, 0.999}).Draw(t, "confidence"),
			Runs:       rapid.IntRange(1, 400).Draw(t, "runs"),
			Never:      rapid.Bool().Draw(t, "never"),
		}
		// A few pieces, each with a probability or without answers.
		pieces := rapid.SliceOfN(rapid.SampledFrom([]float64{-1, 0, 0.03, 0.5, 0.9, 0.97, 1}), 1, 5).Draw(t, "pieces")
		piece := func(level int) float64 { return pieces[level*len(pieces)/cfg.Levels] }
		w := world{
			p: piece, mute: func(level int) bool { return piece(level) < 0 },
			common: rapid.Bool().Draw(t, "common"), seed: rapid.Uint64().Draw(t, "seed"),
		}
		r, trials := w.search(cfg)
		if !r.Done || len(trials) > cfg.Runs {
			t.Fatalf("%d trials of %d: %+v", len(trials), cfg.Runs, r)
		}
		if r.Found != (r.Finding == Crossing) || r.Found && (r.Yes < 0 || r.No < 0) {
			t.Fatalf("found, but not shown: %+v", r)
		}
		if r.Yes >= 0 && r.No >= 0 && (r.Yes == r.No || r.Yes > r.No != r.Rising) {
			t.Fatalf("the ends lie the wrong way round: %+v", r)
		}
		if r.Never >= 0 && r.No >= 0 && (r.Never > r.No) == r.Rising && r.Never != r.No {
			t.Fatalf("never lies inside: %+v", r)
		}
	})
}

// Whatever is answered, a map ends within its trials.
func TestAnyMapEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := MapConfig{
			Width: rapid.IntRange(2, 25).Draw(t, "width"), Height: rapid.IntRange(2, 25).Draw(t, "height"),
			AtLeast: 0.95, Runs: rapid.IntRange(1, 2000).Draw(t, "runs"), Each: rapid.IntRange(0, 30).Draw(t, "each"),
		}
		answers := rapid.SliceOfN(rapid.SampledFrom([]Answer{Unknown, No, Yes, Yes}), 1, 50).Draw(t, "answers")
		m := NewMap(cfg)
		n := 0
		for batch := m.Next(); batch != nil; batch = m.Next() {
			given := make([]Answer, len(batch))
			for i := range given {
				given[i] = answers[(n+i)%len(answers)]
			}
			n += len(batch)
			m.Learn(given)
		}
		if r := m.Result(); n > cfg.Runs || !r.Done {
			t.Fatalf("%d trials of %d; done: %v", n, cfg.Runs, r.Done)
		}
	})
}
