package phrase

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Missing stands where there is no figure.
const Missing = "–"

// Count writes a whole number with a comma at each thousand: 12,345.
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Counted writes a count that may be Missing.
func Counted(n *int64) string {
	if n == nil {
		return Missing
	}
	return Count(*n)
}

// Decimal writes one decimal below ten and none from there on.
func Decimal(x float64) string {
	if math.Round(x*10) < 100 {
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	if x < math.MaxInt64 {
		return Count(int64(math.Round(x)))
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// Multiple writes a factor: 4.1×.
func Multiple(x *float64) string {
	if x == nil {
		return Missing
	}
	return Decimal(*x) + "×"
}

// PerSecond writes a rate: 298/s.
func PerSecond(x float64) string { return strings.TrimSuffix(Decimal(x), ".0") + "/s" }

// Share writes a part of a whole: 62%.
func Share(x *float64) string {
	switch {
	case x == nil, math.IsInf(*x*100, 0), math.IsNaN(*x):
		return Missing
	case *x > 0 && *x < 0.01:
		return "under 1%"
	}
	return whole(*x*100) + "%"
}

// Duration writes seconds in the units a person would use, to two or three
// figures: 350 ms, 1.2 s, 2 min 5 s, 3 h 20 min.
func Duration(s float64) string {
	const minute, hour, endless = 60, 3600, 1e6 * 3600
	switch n := math.Round(s); {
	case s <= 0:
		return "0 s"
	case s >= endless:
		return strconv.FormatFloat(min(s, math.MaxFloat64)/hour, 'g', 3, 64) + " h"
	case math.Round(s*1e6) < 1000:
		return whole(max(math.Round(s*1e6), 1)) + " µs"
	case math.Round(s*1e3) < 1000:
		return Decimal(s*1e3) + " ms"
	case n < 2*minute:
		return Decimal(s) + " s"
	case n < hour:
		return twoUnits(n, " min", " s")
	default:
		return twoUnits(math.Round(s/minute), " h", " min")
	}
}

// DurationOf writes a duration that may be Missing.
func DurationOf(s *float64) string {
	if s == nil {
		return Missing
	}
	return Duration(*s)
}

// Clock writes a moment of a run as a clock would show it: 00:50, and 1:30:00
// from an hour on. A moment before the beginning, or beyond a hundred years, is
// written as a duration.
func Clock(s float64) string {
	const sixty, hour, century = 60, 3600, 100 * 365.25 * 24 * 3600
	n := math.Round(s)
	if n < 0 || n > century || math.IsNaN(n) {
		return Duration(s)
	}
	at := int64(n)
	if at < hour {
		return fmt.Sprintf("%02d:%02d", at/sixty, at%sixty)
	}
	return fmt.Sprintf("%d:%02d:%02d", at/hour, at/sixty%sixty, at%sixty)
}

// twoUnits writes n small units, of which sixty make a large one.
func twoUnits(n float64, large, small string) string {
	const sixty = 60
	text := whole(math.Floor(n/sixty)) + large
	if rest := math.Mod(n, sixty); rest > 0 {
		text += " " + whole(rest) + small
	}
	return text
}

func whole(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }
