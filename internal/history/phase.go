package history

import "time"

// The phases of a run.
const (
	Baseline = "baseline" // until the bucket in which the first trigger starts
	Trigger  = "trigger"  // up to the bucket in which the last one ends
	Recovery = "recovery" // after it
)

// Phase names the phase that the bucket i of a run lies in, of which the span is
// from the first trigger's start to the last one's end. A bucket in which there was
// a trigger for a part of the time belongs to the trigger. Without one all of the
// run is baseline.
func (s Span) Phase(i int, bucket time.Duration) string {
	switch n := time.Duration(i); {
	case s.To <= s.From || n < s.From/bucket:
		return Baseline
	case n < (s.To+bucket-1)/bucket:
		return Trigger
	}
	return Recovery
}

// Phase is the buckets of a phase, from Lo up to, not including, Hi.
type Phase struct {
	Name   string
	Lo, Hi int
}

// Phases cuts the first n buckets of a run into its phases; one without a bucket is
// left out.
func (h *History) Phases(n int) []Phase {
	var all []Phase
	for i := range n {
		if h.Bucket <= 0 {
			break
		}
		name := h.Trigger.Phase(i, h.Bucket)
		if k := len(all); k == 0 || all[k-1].Name != name {
			all = append(all, Phase{name, i, i})
		}
		all[len(all)-1].Hi = i + 1
	}
	return all
}
