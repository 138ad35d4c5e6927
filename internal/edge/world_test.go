package edge

import (
	"math"
	"math/rand/v2"
)

// world answers trials with a probability that is known.
type world struct {
	p      func(level int) float64
	mute   func(level int) bool // levels without answers; nil: none
	common bool                 // trials of one run number have the same luck at each level
	seed   uint64
}

func (w *world) answer(t Trial) Answer {
	if w.mute != nil && w.mute(t.Level) {
		return Unknown
	}
	stream := uint64(t.Run)
	if !w.common {
		stream |= uint64(t.Level+1) << 32
	}
	if rand.New(rand.NewPCG(w.seed, stream)).Float64() < w.p(t.Level) {
		return Yes
	}
	return No
}

// search runs a search to its end.
func (w *world) search(cfg Config) (result Result, trials []Trial) {
	s := New(cfg)
	for batch := s.Next(); batch != nil; batch = s.Next() {
		answers := make([]Answer, len(batch))
		for i, t := range batch {
			answers[i] = w.answer(t)
		}
		trials = append(trials, batch...)
		s.Learn(answers)
	}
	return s.Result(), trials
}

// falling gives a probability that falls from ceiling to 0 around a level;
// spread is the distance over which it falls from nine tenths to one tenth of
// that, 0 for a step.
func falling(ceiling, middle, spread float64) func(int) float64 {
	return func(level int) float64 {
		if spread == 0 {
			if float64(level) < middle {
				return ceiling
			}
			return 0
		}
		return ceiling / (1 + math.Exp((float64(level)-middle)/(spread/(2*math.Log(9)))))
	}
}
