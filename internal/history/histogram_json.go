package history

import (
	"encoding/json"
	"errors"
	"math"
	"time"
)

// sparse is a histogram as JSON has it: the longest duration in nanoseconds, and
// the index and the count of each bucket that holds something, shortest first.
type sparse struct {
	Max    time.Duration `json:"max"`
	Counts [][2]int64    `json:"counts"`
}

var errHistogram = errors.New("is no histogram: it has a maximum and a list of [index, count], by ascending index, of which the last holds the maximum")

// MarshalJSON gives what UnmarshalJSON reads back without loss.
func (h Histogram) MarshalJSON() ([]byte, error) {
	s := sparse{Max: h.max}
	for i, c := range h.counts {
		if c > 0 {
			s.Counts = append(s.Counts, [2]int64{int64(i), int64(c)})
		}
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads a histogram. One that no durations can have given is an
// error.
func (h *Histogram) UnmarshalJSON(text []byte) error {
	var s sparse
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*h = Histogram{max: s.Max}
	last := int64(-1)
	for _, c := range s.Counts {
		if c[0] <= last || c[0] >= topIndex || c[1] < 1 || c[1] > math.MaxUint32 {
			return errHistogram
		}
		last = c[0]
	}
	if last < 0 && s.Max == 0 {
		return nil
	}
	if s.Max < 0 || last != int64(indexOf(s.Max)) {
		return errHistogram
	}
	h.grow(int(last))
	for _, c := range s.Counts {
		h.counts[c[0]] = uint32(c[1]) //nolint:gosec // looked at above
		h.total += c[1]
	}
	return nil
}
