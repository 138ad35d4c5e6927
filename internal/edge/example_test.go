package edge_test

import (
	"fmt"

	"github.com/retrystorm/retrystorm/internal/edge"
)

// The answers come from whoever makes the trials; here all up to level 741 are
// yes.
func ExampleSearch() {
	s := edge.New(edge.Config{Levels: 1000, AtLeast: 0.95, Confidence: 0.95, Runs: 600})
	made := 0
	for trials := s.Next(); trials != nil; trials = s.Next() {
		answers := make([]edge.Answer, len(trials))
		for i, t := range trials {
			answers[i] = edge.No
			if t.Level <= 741 {
				answers[i] = edge.Yes
			}
		}
		s.Learn(answers)
		made += len(trials)
	}
	r := s.Result()
	fmt.Println(r.Found, "yes up to", r.Yes, "and no from", r.No, "within 300 trials:", made <= 300)
	// Output: true yes up to 741 and no from 742 within 300 trials: true
}

func ExampleMap() {
	m := edge.NewMap(edge.MapConfig{Width: 20, Height: 20, AtLeast: 0.95, Runs: 3000})
	for spots := m.Next(); spots != nil; spots = m.Next() {
		answers := make([]edge.Answer, len(spots))
		for i, s := range spots {
			answers[i] = edge.No
			if s.X+2*s.Y < 24 {
				answers[i] = edge.Yes
			}
		}
		m.Learn(answers)
	}
	r := m.Result()
	fmt.Println(r.At(9, 7).Side == edge.Yes, r.At(10, 7).Side == edge.No, "a third measured at most:", r.Measured <= 400/3)
	// Output: true true a third measured at most: true
}
