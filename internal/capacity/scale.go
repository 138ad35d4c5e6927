package capacity

import (
	"math"
)

// Digits of the values that are tried: so many that there are at least fewest of
// them, and as few as that allows, for a value that is told must be easy to say.
const (
	fewestDigits = 3
	mostDigits   = 12
	fewest       = 100
)

// scale gives the values between two bounds, both included, in the order from the
// first to the second: all that are round to some significant digits, and whole
// where they have to be.
func scale(from, to float64, whole bool) []float64 {
	low, high := min(from, to), max(from, to)
	var values []float64
	for digits := fewestDigits; digits <= mostDigits; digits++ {
		values = rounds(low, high, digits, whole)
		if len(values) >= fewest || whole && float64(len(values)) > high-low {
			break
		}
	}
	if from > to {
		for i, j := 0, len(values)-1; i < j; i, j = i+1, j-1 {
			values[i], values[j] = values[j], values[i]
		}
	}
	return values
}

// rounds gives the values from low to high that are round to so many digits, and the
// bounds themselves. Below a thousandth of the upper bound the steps become no finer:
// from there to 0 it is infinitely many decades.
func rounds(low, high float64, digits int, whole bool) []float64 {
	values := []float64{low}
	add := func(x float64) {
		if x > values[len(values)-1] && x < high {
			values = append(values, x)
		}
	}
	finest := step(high/1000, digits)
	for x := low; x < high; {
		s := max(step(x, digits), finest)
		if whole {
			s = max(s, 1)
		}
		n := math.Floor(x/s*(1+1e-12)) + 1
		x = tidy(n*s, s)
		add(x)
	}
	if high > low {
		values = append(values, high)
	}
	return values
}

// step is the distance between values about x that are round to so many digits.
func step(x float64, digits int) float64 {
	if x <= 0 {
		return 0
	}
	return math.Pow(10, math.Floor(math.Log10(x)*(1+1e-15))-float64(digits-1))
}

// tidy takes away what binary arithmetic has added to a multiple of a power of ten.
func tidy(x, s float64) float64 {
	if s >= 1 {
		return math.Round(x)
	}
	places := math.Pow(10, math.Round(-math.Log10(s)))
	return math.Round(x*places) / places
}

// grid gives so many values from the first to the second at most, evenly spaced; in
// proportion where the bounds are more than ten times apart. Of those that come out
// as the same round number one is left.
func grid(from, to float64, count int, whole bool) []float64 {
	ratio := from > 0 && to > 0 && (to/from > 10 || from/to > 10)
	values := []float64{from}
	for i := 1; i < count-1; i++ {
		at := float64(i) / float64(count-1)
		x := from + (to-from)*at
		if ratio {
			x = from * math.Pow(to/from, at)
		}
		if whole {
			x = math.Round(x)
		} else {
			x = tidy(x, step(x, fewestDigits+1))
		}
		if last := values[len(values)-1]; (x-last)*(to-x) > 0 {
			values = append(values, x)
		}
	}
	if from != to {
		values = append(values, to)
	}
	return values
}
