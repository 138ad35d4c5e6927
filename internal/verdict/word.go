package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// percent gives a share, of which there is never more than all.
func percent(share float64) string { return fmt.Sprintf("%.0f %%", math.Floor(100*min(share, 1)+0.5)) }

// plural gives a count with its noun, thousands parted.
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + many
}

// clock gives a moment of the run as minutes and seconds, with hours where there
// are any.
func clock(at time.Duration) string {
	secs := int64(at.Round(time.Second) / time.Second)
	if secs < 3600 {
		return fmt.Sprintf("%02d:%02d", secs/60, secs%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", secs/3600, secs/60%60, secs%60)
}

// brief gives a duration in seconds, with three figures that matter.
func brief(d time.Duration) string {
	if d > 0 && d < time.Second {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'g', 3, 64) + " ms"
	}
	return strconv.FormatFloat(math.Round(d.Seconds()*10)/10, 'f', -1, 64) + " s"
}

// figure words a number with so many digits that count, and never with an exponent.
func figure(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'g', digits, 64)
	if strings.Contains(s, "e+") {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return s
}

// inWords words a balance: what comes, and what is served of it.
func (f *Flow) inWords(unobserved bool) string {
	come, served, most, where := f.Attempts, f.Served, f.Capacity, ""
	if b := f.Busiest; b != nil {
		come, served, most, where = b.Arrived, b.Served, b.Capacity, " to '"+b.Node+"'"
	}
	said := figure(come, 4) + " attempts/s come" + where
	switch {
	case most > 0 && come <= most && !unobserved:
		said += " and " + figure(served, 4) + "/s are served"
	case most > 0:
		said += " where " + figure(most, 4) + " can be served"
	}
	return said + ", for " + figure(f.Demand, 4) + " sales/s that customers bring"
}

// slowInWords words a balance in which load keeps the service slow.
func (f *Flow) slowInWords() string {
	served, most, where := f.Served, f.Capacity, ""
	if b := f.Busiest; b != nil {
		served, most, where = b.Served, b.Capacity, " by '"+b.Node+"'"
	}
	return fmt.Sprintf("Load keeps the service slow: %s requests/s were served%s with work waiting all the time, where %s can be",
		figure(served, 4), where, figure(most, 4))
}
