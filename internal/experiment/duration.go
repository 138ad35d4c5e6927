package experiment

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// duration reads a time with its unit: '150ms', '2s', '1m30s', '1d12h'. Units
// are those of time.ParseDuration, and d for a day of 24 hours.
func duration(n *node) (time.Duration, error) {
	switch {
	case n.shape == number || n.shape == text && n.literal != "" && strings.Trim(n.literal, "0123456789.") == "":
		return 0, fmt.Errorf("%s has no unit; write '%ss'", cut(n.literal), cut(n.literal))
	case n.shape != text:
		return 0, notTime(n)
	case strings.HasPrefix(n.literal, "-"):
		return 0, fmt.Errorf("%s is negative; write a time such as '2s'", n.show())
	}
	var sum time.Duration
	zero := true
	for rest := n.literal; ; {
		count, unit, after := amount(rest)
		part, err := span(count, unit)
		if errors.Is(err, errNoTime) {
			return 0, notTime(n)
		}
		if err != nil || part > math.MaxInt64-sum {
			return 0, fmt.Errorf("%s is longer than 292 years", n.show())
		}
		sum += part
		zero = zero && strings.Trim(count, "0.") == ""
		if rest = after; rest == "" {
			break
		}
	}
	if sum == 0 && !zero {
		return 0, fmt.Errorf("%s is shorter than a nanosecond", n.show())
	}
	return sum, nil
}

func notTime(n *node) error {
	return fmt.Errorf("%s is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'", n.show())
}

// amount splits the first count and its unit off a duration.
func amount(s string) (count, unit, rest string) {
	const digits = "0123456789."
	i := len(s) - len(strings.TrimLeft(s, digits))
	j := strings.IndexAny(s[i:], digits)
	if j < 0 {
		j = len(s) - i
	}
	return s[:i], s[i : i+j], s[i+j:]
}

var (
	errNoTime  = errors.New("no time")
	errTooLong = errors.New("longer than a duration can be")
)

// span is count times unit. It fails with errNoTime or errTooLong.
func span(count, unit string) (time.Duration, error) {
	factor := time.Duration(1)
	if unit == "d" {
		unit, factor = "h", 24
	}
	if _, err := time.ParseDuration("0" + unit); err != nil || unit == "" ||
		strings.Count(count, ".") > 1 || strings.Trim(count, ".") == "" {
		return 0, errNoTime
	}
	part, err := time.ParseDuration(count + unit)
	if err != nil || part > math.MaxInt64/factor {
		return 0, errTooLong // what is well formed fails by its size alone
	}
	return part * factor, nil
}

// brief writes a duration as a user would: '70s', '3m', '1h30m'.
func brief(d time.Duration) string {
	s := d.String()
	if time.Second <= d && d < 2*time.Minute {
		fraction := strings.TrimPrefix((time.Second + d%time.Second).String(), "1")
		return strconv.FormatInt(int64(d/time.Second), 10) + fraction
	}
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
