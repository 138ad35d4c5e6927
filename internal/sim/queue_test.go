package sim

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fourary is the rival of the wheel: a 4-ary heap of events with a sequence
// number, as flat as fits a cache line well.
type fourary struct {
	list []numbered
	seq  uint64
}

type numbered struct {
	event
	seq uint64
}

func (a *numbered) before(b *numbered) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

func (h *fourary) push(e event) {
	h.seq++
	x := numbered{e, h.seq}
	h.list = append(h.list, x)
	s := h.list
	i := len(s) - 1
	for i > 0 && x.before(&s[(i-1)/4]) {
		s[i] = s[(i-1)/4]
		i = (i - 1) / 4
	}
	s[i] = x
}

func (h *fourary) pop() (event, bool) {
	if len(h.list) == 0 {
		return event{}, false
	}
	first, x := h.list[0], h.list[len(h.list)-1]
	s := h.list[:len(h.list)-1]
	h.list = s
	i := 0
	for 4*i+1 < len(s) {
		least := 4*i + 1
		for c := least + 1; c < min(4*i+5, len(s)); c++ {
			if s[c].before(&s[least]) {
				least = c
			}
		}
		if !s[least].before(&x) {
			break
		}
		s[i] = s[least]
		i = least
	}
	if len(s) > 0 {
		s[i] = x
	}
	return first.event, true
}

// calendar is another rival: R. Brown's calendar queue (CACM 31(10), 1988) of
// fixed days, which suits it best, each a list sorted by time.
type calendar struct {
	days  [][]event
	width time.Duration
	day   int64
	size  int
}

func newCalendar(pending int, gap time.Duration) *calendar {
	return &calendar{days: make([][]event, max(pending, 1)), width: max(gap, 1)}
}

func (c *calendar) push(e event) {
	c.size++
	day := &c.days[int64(e.at/c.width)%int64(len(c.days))]
	*day = append(*day, e)
	list := *day
	i := len(list) - 1
	for ; i > 0 && list[i-1].at <= e.at; i-- { // latest first, so that the end is next
		list[i] = list[i-1]
	}
	list[i] = e
}

func (c *calendar) pop() (event, bool) {
	if c.size == 0 {
		return event{}, false
	}
	for ; ; c.day++ {
		day := &c.days[c.day%int64(len(c.days))]
		if n := len(*day); n > 0 && int64((*day)[n-1].at/c.width) <= c.day {
			e := (*day)[n-1]
			*day = (*day)[:n-1]
			c.size--
			return e, true
		}
	}
}

func TestWheelGivesEventsInTheOrderOfAHeap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		horizon := time.Duration(rapid.Int64Range(1, int64(40*24*time.Hour)).Draw(t, "horizon"))
		gap := time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "gap"))
		w, h := newWheel(horizon, gap), &fourary{}
		now, id := time.Duration(0), uint32(0)
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			if rapid.IntRange(0, 2).Draw(t, "what") == 0 {
				got, ok := w.pop()
				want, some := h.pop()
				if ok != some || got != want {
					t.Fatalf("popped %+v %v, the heap %+v %v", got, ok, want, some)
				}
				now = max(now, got.at)
				continue
			}
			id++
			reach := time.Duration(1) << rapid.IntRange(0, 52).Draw(t, "reach")
			at := now + time.Duration(rapid.Int64Range(0, int64(reach)).Draw(t, "later"))
			e := event{at: min(at, horizon), id: id}
			w.push(e)
			h.push(e)
		}
		var got, want []event
		for e, ok := w.pop(); ok; e, ok = w.pop() {
			got = append(got, e)
		}
		for e, ok := h.pop(); ok; e, ok = h.pop() {
			want = append(want, e)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(event{})); diff != "" {
			t.Fatalf("(-heap +wheel):\n%s", diff)
		}
	})
}

func TestWheelKeepsTheOrderOfManyEventsOfOneMoment(t *testing.T) {
	w := newWheel(time.Hour, time.Millisecond)
	const n = 10_000
	for i := range uint32(n) {
		w.push(event{at: time.Minute, id: i})
	}
	for i := range uint32(n) {
		if e, ok := w.pop(); !ok || e.id != i {
			t.Fatalf("event %d came %v as %d", i, ok, e.id)
		}
	}
}

// Attempts that fail at once go on at the same moment, and each leaves a timeout
// that is due later in the same tick.
func TestWheelKeepsTheOrderOfEventsBeforeManyLaterOnesOfTheirTick(t *testing.T) {
	w, h := newWheel(time.Hour, 8*time.Millisecond), &fourary{}
	id := uint32(0)
	push := func(at time.Duration) {
		id++
		w.push(event{at: at, id: id})
		h.push(event{at: at, id: id})
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		push(0)
	}
	for popped := 0; ; popped++ {
		got, ok := w.pop()
		want, some := h.pop()
		if got != want || ok != some {
			t.Fatalf("popped %+v %v, the heap %+v %v", got, ok, want, some)
		}
		if !ok {
			break
		}
		if popped < 50_000 {
			push(got.at + time.Duration(rng.IntN(2)*rng.IntN(3)))
			push(7 * time.Millisecond)
		}
	}
}

// BenchmarkQueue is the hold model (D. W. Jones, CACM 29(4), 1986): so many
// events are pending; the next is taken and another put in, as far ahead as a
// terminal's are: half of them a sale, half a timeout or a service away.
func BenchmarkQueue(b *testing.B) {
	type queue interface {
		push(e event)
		pop() (event, bool)
	}
	for _, pending := range []int{5_000, 100_000, 1_000_000} {
		gap := 10 * time.Second / time.Duration(pending)
		for _, c := range []struct {
			name  string
			queue queue
		}{
			{"wheel", newWheel(24*time.Hour, gap)},
			{"heap", &fourary{}},
			{"calendar", newCalendar(pending, gap)},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, pending), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				delays := make([]time.Duration, 1<<16)
				for i := range delays {
					mean := []float64{20e9, 3e9, 20e9, 1e8}[i%4]
					delays[i] = time.Duration(rng.ExpFloat64() * mean)
				}
				for i := range pending {
					c.queue.push(event{at: delays[i%len(delays)], id: uint32(i)})
				}
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					e, _ := c.queue.pop()
					e.at += delays[i%len(delays)]
					c.queue.push(e)
					i++
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
				for _, more := c.queue.pop(); more; _, more = c.queue.pop() {
				}
			})
		}
	}
}
