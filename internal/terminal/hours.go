package terminal

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// Hours is when a shop is open, by its local time. While it is closed its terminals
// are off: they bring no sales and send nothing, and what they have not synced waits.
type Hours struct {
	// Open and Close are times of day. A shop that closes no later than it opens
	// closes on the next day.
	Open  time.Duration `json:"open"`
	Close time.Duration `json:"close"`
	// ClosedDays are the days on which it does not open; 0 is the one on which the
	// run begins.
	ClosedDays []int `json:"closedDays"`
}

// lasts is how long a shop is open on a day of that length.
func (h *Hours) lasts(day time.Duration) time.Duration {
	if h.Close > h.Open {
		return h.Close - h.Open
	}
	return h.Close + day - h.Open
}

// span gives when the shop opens and closes on a local day, in local time, and
// whether it opens at all.
func (h *Hours) span(day time.Duration, n int) (from, to time.Duration, opens bool) {
	from = time.Duration(n)*day + h.Open
	return from, from + h.lasts(day), !slices.Contains(h.ClosedDays, n)
}

// longestClosed is the longest time for which the shop is closed that ends after since,
// by its local time since the beginning of its first day, with days of that length.
func (h *Hours) longestClosed(day, since time.Duration) time.Duration {
	night := day - h.lasts(day)
	longest, days := night, slices.Sorted(slices.Values(h.ClosedDays))
	days = slices.DeleteFunc(days, func(n int) bool { return time.Duration(n+1)*day <= since })
	for i, inRow := 0, 0; i < len(days); i++ {
		if i == 0 || days[i] > days[i-1]+1 {
			inRow = 0
		}
		if i == 0 || days[i] != days[i-1] {
			inRow++
		}
		longest = max(longest, night+time.Duration(inRow)*day)
	}
	return longest
}

// calendar is a shop's local time: its opening hours and the demand over its day.
type calendar struct {
	day   time.Duration // its length
	local time.Duration // how far its time of day is ahead of the run's time
	hours *Hours        // nil if it never closes
	curve []fault.Point // empty if the demand is the same all day
}

// open says whether the shop is open at a moment, and when that changes next.
func (c *calendar) open(now time.Duration) (open bool, until time.Duration) {
	if c.hours == nil {
		return true, never
	}
	local := now + c.local
	for n := dayOf(c.day, local) - 1; ; n++ {
		from, to, opens := c.hours.span(c.day, n)
		switch {
		case !opens || to <= local:
			continue
		case local < from:
			return false, from - c.local
		}
		return true, c.closes(n, to) - c.local
	}
}

// closes is when a shop closes that is open on day n up to a moment: it stays open
// where the next day begins then. After the last day that may be closed all are alike.
func (c *calendar) closes(n int, to time.Duration) time.Duration {
	for i := n + 1; i <= max(n, lastDay)+1; i++ {
		from, end, opens := c.hours.span(c.day, i)
		if !opens || from > to {
			return to
		}
		to = end
	}
	return never
}

// At gives the demand at a moment as a multiple of the usual, and until when it stays
// so: nobody buys while the shop is closed.
func (c *calendar) At(now time.Duration) (times float64, until time.Duration) {
	open, until := c.open(now)
	if !open {
		return 0, until
	}
	times, next := fault.OfDay(c.curve, c.day, now+c.local)
	if next == math.MaxInt64 {
		return times, until
	}
	return times, min(until, next-c.local)
}

// dayOf is the number of the day of a local time, which may be before the first, with
// days of that length.
func dayOf(day, local time.Duration) int {
	n := local / day
	if local < 0 && local%day != 0 {
		n--
	}
	return int(n)
}

// Dating is how the date of a terminal's sales is judged. The zero Dating wants each
// recorded with the very moment at which it was sold.
type Dating struct {
	Day    time.Duration // the length of a day; 24 h if zero
	Local  time.Duration // how far the shop's time of day is ahead of the run's time
	BySync bool          // some sales carry the moment of their sync
}

// Misdated says whether a sale is recorded on another date than it was sold: where
// the date is that of the sync, on another day of the shop.
func (d Dating) Misdated(sold, recorded time.Duration) bool {
	if !d.BySync {
		return sold != recorded
	}
	day := cmp.Or(d.Day, fault.Day)
	return dayOf(day, sold+d.Local) != dayOf(day, recorded+d.Local)
}
