package edge

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// step is Yes up to a level and No from the next on, or the other way round.
func step(last int, rising bool) func(int) float64 {
	return func(level int) float64 {
		if (level <= last) != rising {
			return 1
		}
		return 0
	}
}

func TestSearchFindsAStep(t *testing.T) {
	for _, levels := range []int{2, 3, 4, 5, 8, 17, 60, 500} {
		for _, last := range []int{0, (levels - 2) / 3, levels - 2} {
			for _, rising := range []bool{false, true} {
				w := &world{p: step(last, rising)}
				r, trials := w.search(Config{Levels: levels, AtLeast: 0.95, Confidence: 0.95, Runs: 400})
				low, high := r.Yes, r.No
				if rising {
					low, high = high, low
				}
				if !r.Done || !r.Found || r.Rising != rising || low != last || high != last+1 {
					t.Errorf("%d levels, rising %v: %+v after %d trials; want an edge after %d", levels, rising, r, len(trials), last)
				}
				if r.Estimate < float64(low) || r.Estimate > float64(high) {
					t.Errorf("%d levels, rising %v: the estimate %v lies outside of the interval", levels, rising, r.Estimate)
				}
			}
		}
	}
}

func TestFindingSaysWhatTheRangeHolds(t *testing.T) {
	always := func(p float64) func(int) float64 { return func(int) float64 { return p } }
	beyond := func(level int) bool { return level >= 140 }
	for _, tc := range []struct {
		name   string
		w      world
		runs   int
		want   Finding
		others int
		most   int // trials
	}{
		{"yes everywhere", world{p: always(1)}, 1000, AllYes, 0, 220},
		{"no everywhere", world{p: always(0)}, 1000, AllNo, 0, 70},
		{"half everywhere", world{p: always(0.5)}, 1000, AllNo, 0, 150},
		{"never quite enough", world{p: falling(0.8, 100, 4)}, 1000, AllNo, 0, 500},
		{"no answer anywhere", world{mute: func(int) bool { return true }}, 1000, NoAnswer, 0, 60},
		{"yes, then no answer", world{p: always(1), mute: beyond}, 1000, AllYes, 0, 250},
		{"no, then no answer", world{p: always(0), mute: beyond}, 1000, AllNo, 0, 100},
		{"an edge, then no answer", world{p: step(70, false), mute: beyond}, 1000, Crossing, 0, 260},
		{"an edge close to no answer", world{p: step(137, false), mute: beyond}, 1000, Crossing, 0, 300},
		{"twice", world{p: func(level int) float64 { return step(60, true)(level) * step(130, false)(level) }}, 1000, Crossing, 1, 350},
		{"too few trials to tell", world{p: step(70, false)}, 60, Open, 0, 60},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, trials := tc.w.search(Config{Levels: 200, AtLeast: 0.95, Confidence: 0.95, Runs: tc.runs})
			if !r.Done || r.Finding != tc.want || r.Found != (tc.want == Crossing) || len(r.Others) != tc.others {
				t.Errorf("got %+v; want finding %d with %d others", r, tc.want, tc.others)
			}
			if len(trials) > tc.most {
				t.Errorf("%d trials; at most %d are needed", len(trials), tc.most)
			}
		})
	}
}

func TestBothCrossingsAreGiven(t *testing.T) {
	w := world{p: func(level int) float64 { return step(60, true)(level) * step(130, false)(level) }}
	r, _ := w.search(Config{Levels: 200, AtLeast: 0.95, Confidence: 0.95, Runs: 600})
	if !r.Rising || r.No != 60 || r.Yes != 61 || len(r.Others) != 1 || r.Others[0] < 118 || r.Others[0] > 143 {
		t.Errorf("got %+v; want the lower edge at 60, and the other near 130", r)
	}
}

func TestNeverIsShown(t *testing.T) {
	for _, rising := range []bool{false, true} {
		p := falling(1, 100, 10)
		if rising {
			fall := p
			p = func(level int) float64 { return fall(299 - level) }
		}
		w := world{p: p, seed: 4}
		r, trials := w.search(Config{Levels: 300, AtLeast: 0.95, Confidence: 0.95, Runs: 1000, Never: true,
			Enough: func(low, high int) bool { return high-low <= 12 }})
		if r.Never < 0 || p(r.Never) > 0.05 || p(r.Never) < 1e-6 || !r.Found {
			t.Errorf("rising %v: never from %d, where the probability is %v: %+v", rising, r.Never, p(max(r.Never, 0)), r)
		}
		if len(trials) > 850 {
			t.Errorf("rising %v: %d trials", rising, len(trials))
		}
	}
}

func TestSearchIsTheSameAgain(t *testing.T) {
	w := &world{p: falling(1, 300, 40), common: true, seed: 9}
	cfg := Config{Levels: 700, AtLeast: 0.9, Confidence: 0.9, Runs: 800, Never: true}
	a, first := w.search(cfg)
	b, second := w.search(cfg)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("other trials:\n%s", diff)
	}
	if diff := cmp.Diff(a, b, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("another result:\n%s", diff)
	}
}

func TestProofsUseRunNumbersOfTheirOwn(t *testing.T) {
	for seed := range uint64(6) {
		w := &world{p: falling(1, 120, 30), common: true, seed: seed}
		s := New(Config{Levels: 300, AtLeast: 0.95, Confidence: 0.95, Runs: 1200, Never: true})
		used := map[int]*attempt{} // by run number: who used it
		proven := 0
		for batch := s.Next(); batch != nil; batch = s.Next() {
			answers := make([]Answer, len(batch))
			for i, trial := range batch {
				if by, ok := used[trial.Run]; ok && (by != nil || s.owners[i] != nil) {
					t.Fatalf("run %d of a proof is used again, at level %d", trial.Run, trial.Level)
				}
				used[trial.Run] = s.owners[i]
				if s.owners[i] != nil {
					proven++
				}
				answers[i] = w.answer(trial)
			}
			s.Learn(answers)
		}
		if proven < 60 {
			t.Errorf("only %d trials belong to proofs", proven)
		}
	}
}

func TestSearchKeepsToItsTrials(t *testing.T) {
	for _, runs := range []int{1, 2, 9, 40, 100, 173, 500} {
		for _, p := range []func(int) float64{falling(1, 100, 40), falling(0.97, 100, 4), step(-1, false), step(300, false)} {
			w := &world{p: p, seed: uint64(runs)}
			r, trials := w.search(Config{Levels: 300, AtLeast: 0.95, Confidence: 0.95, Runs: runs, Never: true})
			n := 0
			for _, c := range r.Counts {
				n += c.N + c.Unknown
			}
			if len(trials) > runs || n != len(trials) || !r.Done {
				t.Errorf("%d trials and %d counted, where %d were allowed; done: %v", len(trials), n, runs, r.Done)
			}
		}
	}
}

func TestAllBoundsCanBeSearchedFor(t *testing.T) {
	for _, atLeast := range []float64{0.501, 0.55, 0.7, 0.9, 0.99, 0.999} {
		for _, confidence := range []float64{0.5, 0.95, 0.999} {
			cfg := Config{Levels: 200, AtLeast: atLeast, Confidence: confidence, Runs: 2*Fewest(atLeast, confidence) + 300}
			r, trials := (&world{p: step(80, false)}).search(cfg)
			// Close to 1 it takes many trials to know the neighbour of a step.
			if r.Yes > 80 || r.Yes < 80 && atLeast < 0.99 || r.Yes < 74 || r.No != 81 {
				t.Errorf("%v at %v: %d to %d, want 80 to 81, after %d of %d trials", atLeast, confidence, r.Yes, r.No, len(trials), cfg.Runs)
			}
			if fewest := Fewest(atLeast, confidence); len(trials) < fewest {
				t.Errorf("%v at %v: %d trials, fewer than the %d said to be the fewest", atLeast, confidence, len(trials), fewest)
			}
		}
	}
}

func TestResultBeforeTheEndIsWhatIsKnown(t *testing.T) {
	s := New(Config{Levels: 100, AtLeast: 0.95, Confidence: 0.95, Runs: 500})
	if r := s.Result(); r.Done || r.Found || r.Finding != Open || r.Yes != -1 || r.No != -1 || r.Never != -1 || !math.IsNaN(r.Estimate) {
		t.Errorf("before the first trial: %+v", r)
	}
	w := world{p: step(40, false)}
	made, early := 0, s.Ahead()
	for batch := s.Next(); batch != nil; batch = s.Next() {
		made += len(batch)
		answers := make([]Answer, len(batch))
		for i, trial := range batch {
			answers[i] = w.answer(trial)
		}
		s.Learn(answers)
		if r := s.Result(); r.Found && !(r.Yes == 40 && r.No == 41) {
			t.Errorf("on the way: %+v", r)
		}
	}
	if s.Next() != nil || !s.Result().Done || s.Ahead() != 0 {
		t.Error("a search that is done asks for more")
	}
	if early < made/2 || early > 2*made {
		t.Errorf("%d trials were foretold, %d were made", early, made)
	}
}

func TestConfigSaysAllThatIsWrong(t *testing.T) {
	err := (&Config{AtLeast: 0.5, Confidence: 1}).Validate()
	if err == nil {
		t.Fatal("it is accepted")
	}
	for _, name := range []string{"Levels: is 0", "AtLeast: is 0.5", "Confidence: is 1", "Runs: is 0"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not say %q", err, name)
		}
	}
	if err := (&Config{Levels: 2, AtLeast: 0.999, Confidence: 0.5, Runs: 1}).Validate(); err != nil {
		t.Errorf("the limits are refused: %v", err)
	}
	if err := (&MapConfig{Width: 1, AtLeast: 1, Each: -1}).Validate(); err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("of a map: %v", err)
	}
	if err := (&MapConfig{Width: 2, Height: 2, AtLeast: 0.95, Runs: 1}).Validate(); err != nil {
		t.Errorf("a small map is refused: %v", err)
	}
}
