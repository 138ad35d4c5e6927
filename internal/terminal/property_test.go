package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
)

const life = 30 * time.Second

func TestEverySaleAndEveryAttemptIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfig(t)
		timeline, updated := drawTimeline(t), never
		if rapid.Bool().Draw(t, "updated") {
			updated = drawWait(t, "update", 20*time.Second)
			timeline = append(timeline, fault.Event{Kind: fault.Rollout, At: updated, For: 1, From: cfg.Cohort, To: "other"})
		}
		other := cfg
		other.Cohort = "other"
		term := New(NewCohorts([]Config{cfg, other}, timeline)[0], rapid.Uint64().Draw(t, "seed"), 0)
		b := newBooks(t, cfg, term)
		b.updated = updated
		l := &loop{term: term, fates: drawFates(t), see: b.see}
		if rapid.Bool().Draw(t, "late") {
			l.lag, b.punctual = drawWait(t, "lag", 5*time.Second), false
		}
		l.run(life)
	})
}

// Where an answer comes at the very moment at which something is due, which of them
// the terminal sees first is the driver's choice, and it matters. A wake that is out
// of date can come at such a moment too, and then it is as good as the one that is
// not. Hence both drivers here choose alike: all answers of a moment first, or all
// wakes.
func TestWakesThatAreOutOfDateChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg, fates, seed := drawConfig(t), drawFates(t), rapid.Uint64().Draw(t, "seed")
		rank := [Reply + 1]int{Wake: rapid.SampledFrom([]int{-1, 1}).Draw(t, "wakes before answers")}
		var once, often []string
		for eager, lines := range map[bool]*[]string{false: &once, true: &often} {
			l := &loop{term: New(NewCohort(cfg, nil), seed, 7), fates: fates, eager: eager, rank: rank}
			write := diary(lines)
			l.see = func(now time.Duration, ev Event, effects []Effect) {
				write(now, ev, slices.DeleteFunc(slices.Clone(effects), func(e Effect) bool { return e.Kind == WakeAt }))
			}
			l.run(life / 4)
		}
		if diff := cmp.Diff(strings.Join(once, "\n"), strings.Join(often, "\n")); diff != "" {
			t.Fatalf("wakes that are out of date show:\n%s", diff)
		}
	})
}

func TestASaleIsOverByItsDeadlineAndATimeoutWhereNothingIsParked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfig(t)
		cfg.Offline = nil
		term := New(NewCohort(cfg, nil), rapid.Uint64().Draw(t, "seed"), 3)
		b := newBooks(t, cfg, term)
		l := &loop{term: term, fates: drawFates(t), see: b.see}
		l.run(life)
		for i, s := range b.sales {
			if s == trying && b.sold[i]+b.cfg.Sale.Deadline < b.now {
				t.Fatalf("sale %d, sold at %v, is still %s at %v", i+1, b.sold[i], s, b.now)
			}
		}
	})
}

// diary writes down every effect of a terminal.
func diary(lines *[]string) func(time.Duration, Event, []Effect) {
	return func(now time.Duration, _ Event, effects []Effect) {
		for _, e := range effects {
			*lines = append(*lines, fmt.Sprintf("%v %+v", now, e))
		}
	}
}

func TestOneSeedGivesOneTraceWhoeverElseIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg, timeline, fates := drawConfig(t), drawTimeline(t), drawFates(t)
		seed := rapid.Uint64().Draw(t, "seed")
		var alone, among []string
		l := &loop{term: New(NewCohort(cfg, timeline), seed, 7), fates: fates, see: diary(&alone)}
		l.run(life)
		crowd(NewCohort(cfg, timeline), seed, fates, &among)
		if diff := cmp.Diff(strings.Join(alone, "\n"), strings.Join(among, "\n")); diff != "" {
			t.Fatalf("terminal 7 alone and among others differ:\n%s", diff)
		}
	})
}

// crowd drives terminals 6 to 9, each in its turn, and keeps the diary of 7.
func crowd(c *Cohort, seed uint64, fates []fate, lines *[]string) {
	var all []*loop
	for id := uint32(6); id < 10; id++ {
		l := &loop{term: New(c, seed, id), fates: fates}
		if id == 7 {
			l.see = diary(lines)
		}
		all = append(all, l)
		l.start()
	}
	nows := make([]time.Duration, len(all))
	for {
		first := 0
		for i, l := range all {
			if l.next() < all[first].next() {
				first = i
			}
		}
		if all[first].next() >= life {
			return
		}
		nows[first] = all[first].advance(nows[first])
	}
}

func TestTerminalsAreNotInStep(t *testing.T) {
	c := NewCohort(Config{Terminals: 1, Timeout: time.Second, Sale: Sale{Every: time.Minute}}, nil)
	var firsts []time.Duration
	for id := range uint32(1000) {
		firsts = append(firsts, New(c, 42, id).nextSale)
	}
	slices.Sort(firsts)
	if n := len(slices.Compact(firsts)); n != 1000 {
		t.Errorf("%d terminals share the moment of their first sale", 1000-n)
	}
	if a, b := New(c, 1, 0).nextSale, New(c, 2, 0).nextSale; a == b {
		t.Errorf("two seeds give the same first sale at %v", a)
	}
}
