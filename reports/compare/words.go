package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// labels are the names of the figures for people.
var labels = map[string]string{
	asExpected:         "as expected",
	"time_to_recover":  "time to recover",
	"amplification":    "attempts per sale",
	"wasted_share":     "wasted work",
	"incomplete_share": "not completed",
	"lost":             "lost",
	"duplicated":       "duplicated",
}

// line is one row of a table: a figure, or the variant that the next ones
// belong to.
type line struct {
	label, old, new, change, answer string

	is Answer
}

// lines gives the rows of a variant.
func (v *Variant) lines() []line {
	head := line{label: phrase.Name(v.Name), old: v.Old.words(), new: v.New.words(), answer: v.Answer.String(), is: v.Answer}
	out := []line{head}
	for i := range v.Figures {
		if f := &v.Figures[i]; f.Old.N+f.New.N > 0 {
			out = append(out, f.line())
		}
	}
	return out
}

func (s *Side) words() string {
	switch {
	case s == nil:
		return phrase.Missing
	case s.Invalid > 0:
		return fmt.Sprintf("%s, %d invalid", runs(s.Runs), s.Invalid)
	}
	return runs(s.Runs)
}

func (f *Figure) line() line {
	return line{
		label: labels[f.Name], old: f.level(&f.Old), new: f.level(&f.New),
		change: f.change(), answer: f.answer(), is: f.Answer,
	}
}

// answer words what came out of a figure, with its corrected p value.
func (f *Figure) answer() string {
	text := f.Answer.String()
	if f.Why != "" {
		text += ": " + f.Why
	}
	if f.Corrected != nil {
		text += ", " + f.Corrected.words()
	}
	return text
}

func (c Chance) words() string {
	if c < 0.0001 {
		return "p < 0.0001"
	}
	return "p = " + strconv.FormatFloat(float64(c), 'g', 2, 64)
}

// reason words why a figure counts, on one line.
func (f *Figure) reason() string {
	if f.Why != "" && f.Name == asExpected {
		return f.Why
	}
	if f.Why != "" {
		return labels[f.Name] + ": " + f.Why
	}
	switch {
	case f.Tail:
		return labels[f.Name] + " " + f.tail()
	case f.Unit == string(sales) && f.Old.Value == f.New.Value:
		return fmt.Sprintf("%s in %d of %s, before in %d of %s", labels[f.Name], f.New.Some, runs(f.New.N), f.Old.Some, runs(f.Old.N))
	}
	return fmt.Sprintf("%s %s → %s", labels[f.Name], f.value(f.Old.Value), f.value(f.New.Value))
}

// level words where a figure lies on one side.
func (f *Figure) level(l *Level) string {
	switch {
	case l.N == 0:
		return phrase.Missing
	case l.K != nil:
		return fmt.Sprintf("%d of %d (%s to %s)", *l.K, l.N, phrase.Share(l.Low), phrase.Share(l.High))
	}
	text := f.value(l.Value)
	if f.Unit == string(sales) && l.Some > 0 && l.Some < l.N {
		text += fmt.Sprintf(" (some in %d)", l.Some)
	}
	return text
}

// value words a value in the figure's unit.
func (f *Figure) value(n Number) string {
	x := float64(n)
	switch {
	case math.IsNaN(x):
		return phrase.Missing
	case math.IsInf(x, 1) && f.Unit == string(seconds):
		return "no return"
	case math.IsInf(x, 0):
		return sign(x) + "∞"
	}
	minus := ""
	if x < 0 {
		minus = "-"
	}
	return minus + f.amount(math.Abs(x))
}

// amount words a size, to two or three figures, so that a change of a few per
// cent can be seen.
func (f *Figure) amount(x float64) string {
	switch unit(f.Unit) {
	case seconds:
		return phrase.Duration(x)
	case attempts:
		return figures(x) + "×"
	case share:
		return figures(x*100) + "%"
	}
	return figures(x)
}

// figures writes two decimals below ten, one below a hundred, and none above.
func figures(x float64) string {
	for _, step := range []struct {
		below    float64
		decimals int
	}{{0.095, 3}, {9.95, 2}, {99.5, 1}} {
		if x < step.below {
			return strings.TrimSuffix(strconv.FormatFloat(x, 'f', step.decimals, 64), "."+strings.Repeat("0", step.decimals))
		}
	}
	return strings.TrimSuffix(phrase.Decimal(x), ".0")
}

// change words how much more NEW has, with the bounds of that where there are
// any.
func (f *Figure) change() string {
	switch x := float64(f.Change); {
	case !f.Change.known():
		return phrase.Missing
	case f.Tail && f.Answer != NoEvidence:
		return f.tail()
	case x == 0:
		return "none"
	}
	text := f.signed(f.Change) + f.suffix()
	if f.Low.known() && f.High.known() {
		text += fmt.Sprintf(" (%s to %s)", f.signed(f.Low), f.signed(f.High))
	}
	return text
}

// tail words a change in the worst runs.
func (f *Figure) tail() string {
	return fmt.Sprintf("%s → %s in the worst tenth", f.value(f.Old.Ninth), f.value(f.New.Ninth))
}

// signed words a change without its unit, but for times, which have several.
func (f *Figure) signed(n Number) string {
	x := math.Abs(float64(n))
	text := figures(x)
	switch unit(f.Unit) {
	case seconds:
		text = phrase.Duration(x)
	case share:
		text = figures(x * 100)
	}
	switch {
	case math.IsInf(x, 0):
		text = "∞"
	case strings.Trim(text, "0. s") == "":
		return "0"
	}
	return sign(float64(n)) + text
}

// suffix is the unit of a change: of a share points, since a change in per cent
// would be read as one of the share itself.
func (f *Figure) suffix() string {
	switch unit(f.Unit) {
	case share:
		return " pt"
	case attempts:
		return "×"
	}
	return ""
}

func sign(x float64) string {
	if x < 0 {
		return "−"
	}
	return "+"
}
