package history

import (
	"math/bits"
	"time"
)

// Histogram counts durations in buckets that grow with the value: 32 to each
// doubling, so that a percentile is at most 1/32 too high. It resolves 1 µs and holds up
// to 36 hours; what is longer counts as the longest. The zero value is empty,
// takes no memory, and two histograms merge without loss.
//
// The layout is the log-linear one of HdrHistogram (G. Tene), with a fixed
// precision so that it needs no settings.
type Histogram struct {
	counts []uint32
	total  int64
	max    time.Duration
}

const (
	subBits  = 5
	subCount = 1 << subBits
	topIndex = 33 * subCount // the last doubling ends at 2^37 µs, 38 hours
)

// Add counts one duration; negative ones count as zero.
func (h *Histogram) Add(d time.Duration) {
	i := indexOf(d)
	if i >= len(h.counts) {
		h.grow(i)
	}
	h.counts[i]++
	h.total++
	h.max = max(h.max, d)
}

// Merge counts everything of o.
func (h *Histogram) Merge(o *Histogram) {
	if o.total == 0 {
		return
	}
	if len(o.counts) > len(h.counts) {
		h.grow(len(o.counts) - 1)
	}
	for i, c := range o.counts {
		h.counts[i] += c
	}
	h.total += o.total
	h.max = max(h.max, o.max)
}

// Count is how many durations were added.
func (h *Histogram) Count() int64 { return h.total }

// Max is the longest duration added.
func (h *Histogram) Max() time.Duration { return h.max }

// Quantile gives the smallest duration that at least the share q of all do not
// exceed, at most 1/32 too high; zero where the histogram is empty.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.total == 0 {
		return 0
	}
	rank := int64(q*float64(h.total) + 0.999999)
	rank = min(max(rank, 1), h.total)
	var seen int64
	for i, c := range h.counts {
		seen += int64(c)
		if seen >= rank {
			return min(upperOf(i), h.max)
		}
	}
	return h.max
}

func (h *Histogram) grow(i int) {
	n := (i/subCount + 1) * subCount
	counts := make([]uint32, n)
	copy(counts, h.counts)
	h.counts = counts
}

// indexOf gives the bucket of d: linear below subCount microseconds, then
// subCount buckets to each doubling.
func indexOf(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us < subCount {
		return int(us)
	}
	exp := bits.Len64(us) - subBits - 1
	i := (exp+1)*subCount + int(us>>exp) - subCount //nolint:gosec // below 2·subCount
	return min(i, topIndex-1)
}

// upperOf gives the end of bucket i.
func upperOf(i int) time.Duration {
	if i < subCount {
		return time.Duration(i+1) * time.Microsecond
	}
	exp := i/subCount - 1
	low := uint64(i%subCount+subCount) << exp
	return time.Duration(low+1<<exp) * time.Microsecond //nolint:gosec // at most 38 hours
}

// Clone gives a copy that shares nothing.
func (h *Histogram) Clone() Histogram {
	c := *h
	c.counts = append([]uint32(nil), h.counts...)
	return c
}

// Each calls f for every bucket that holds something, shortest first, with the
// bucket's upper end and its count.
func (h *Histogram) Each(f func(d time.Duration, n int64)) {
	for i, c := range h.counts {
		if c > 0 {
			f(min(upperOf(i), h.max), int64(c))
		}
	}
}
