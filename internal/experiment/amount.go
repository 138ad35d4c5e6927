package experiment

import (
	"math"
	"strconv"
	"strings"
)

// legible is how many digits of what is no count a reader is shown.
const legible = 4

// Text gives an amount for a reader: 7,420 or 1.4s or 12%. What is no count is rounded
// to four digits. Of a quantity that is no amount it gives the plain number.
func (q Quantity) Text(x float64) string {
	switch {
	case math.IsInf(x, 1) && q == Limit:
		return "unbounded"
	case math.IsNaN(x) || math.IsInf(x, 0):
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	switch q {
	case Count, Limit:
		return thousands(math.Round(x), 0)
	case Share:
		return thousands(rounded(x*100), -1) + "%"
	case Time:
		return brief(span64(rounded(x)))
	case Size:
		return legibleSize(x)
	}
	return thousands(rounded(x), -1)
}

// rounded gives x with as many digits as are legible; whole numbers stay whole.
func rounded(x float64) float64 {
	if math.Abs(x) >= math.Pow10(legible) {
		return math.Round(x)
	}
	out, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', legible, 64), 64) // what was formatted
	return out
}

// thousands writes a number with commas, and with so many digits after the point; -1
// for as many as it has.
func thousands(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

// sizes are the units of memory, the largest first; of equally long ways to write a
// size the first one is taken.
var sizes = []struct {
	unit  string
	bytes float64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"B", 1},
}

// shortSize writes a size in the unit in which its whole number is shortest.
func shortSize(x float64) string {
	x = math.Round(x)
	best := strconv.FormatFloat(x, 'f', -1, 64) + "B"
	for _, u := range sizes {
		if n := x / u.bytes; n == math.Trunc(n) && n != 0 {
			if s := strconv.FormatFloat(n, 'f', -1, 64) + u.unit; len(s) < len(best) {
				best = s
			}
		}
	}
	return best
}

// legibleSize writes a size in the largest unit of which there is at least one.
func legibleSize(x float64) string {
	exact := shortSize(x)
	if len(exact) <= len("1000MiB") {
		return exact
	}
	for _, u := range sizes {
		if math.Abs(x) >= u.bytes {
			return strconv.FormatFloat(rounded(x/u.bytes), 'f', -1, 64) + u.unit
		}
	}
	return exact
}
