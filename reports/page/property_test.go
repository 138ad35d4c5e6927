package page

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// spoiler changes any part of a result, as somebody might who edits it by hand.
type spoiler struct {
	t     *rapid.T
	share int // one part in so many is changed
	left  int // how many more changes may be drawn
}

func (s *spoiler) hit() bool {
	if s.left == 0 || rapid.IntRange(0, s.share).Draw(s.t, "hit") > 0 {
		return false
	}
	s.left--
	return true
}

func (s *spoiler) spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return
		}
		for i := range v.NumField() {
			s.spoil(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() && s.hit() {
			v.SetZero()
		} else if !v.IsNil() {
			other := reflect.New(v.Type().Elem()) // runs may share what they point to
			other.Elem().Set(v.Elem())
			v.Set(other)
			s.spoil(v.Elem())
		}
	case reflect.Slice:
		s.list(v)
	case reflect.Map:
		if s.hit() {
			key := reflect.New(v.Type().Key()).Elem()
			key.SetString(hostile.Draw(s.t, "key"))
			value := reflect.New(v.Type().Elem()).Elem()
			s.spoil(value)
			v.SetMapIndex(key, value)
		}
	default:
		if s.hit() {
			s.scalar(v)
		}
	}
}

// list shortens a list, or changes one of the first of it.
func (s *spoiler) list(v reflect.Value) {
	if v.Len() == 0 {
		return
	}
	other := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(other, v)
	v.Set(other)
	if s.hit() {
		v.Set(v.Slice(0, rapid.IntRange(0, v.Len()).Draw(s.t, "length")))
	}
	if v.Len() > 0 {
		s.spoil(v.Index(rapid.IntRange(0, v.Len()-1).Draw(s.t, "index")))
	}
}

func (s *spoiler) scalar(v reflect.Value) {
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{0, -1, 5e-324, 0.001, 86400, 1e12, 1e300, -1e300, math.MaxFloat64}).Draw(s.t, "figure"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.SampledFrom([]int64{0, -1, 1, 1000, math.MaxInt64, math.MinInt64}).Draw(s.t, "count"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(s.t, "seed"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.IntRange(0, int(verdict.Overloaded)).Draw(s.t, "kind")))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(hostile.Draw(s.t, "text"))
	}
}

// brief is the Friday with fewer buckets, though more than a line has points.
func brief() *reports.Result {
	const buckets = mostPoints + 5
	r := sample.Layered()
	for i := range r.Variants {
		run := &r.Variants[i].Runs[0]
		run.Series.Hurt = make([]int64, len(run.Series.TS))
		for k := range run.Series.Hurt {
			run.Series.Hurt[k] = int64(k % 3)
		}
		run.Blast, run.Groups = &reports.BlastRadius{Tenants: 2, Hurt: 2, Share: 1}, []reports.Group{{Name: "all", By: "cohort", Tenants: 2}}
		lists := reflect.ValueOf(&run.Series).Elem()
		for k := range lists.NumField() {
			if l := lists.Field(k); l.Kind() == reflect.Slice && l.Len() > 0 {
				l.Set(l.Slice(0, buckets))
			}
		}
	}
	return r
}

var hostile = rapid.OneOf(rapid.String(), rapid.SampledFrom(sample.Hostile), rapid.Just(strings.Repeat("\u0301<\"", 5000)))

// fewer has rapid draw a quarter as often until the test is over.
func fewer(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	was := checks.Value.String()
	n, err := strconv.Atoi(was)
	if err := errors.Join(err, checks.Value.Set(strconv.Itoa((n+3)/4))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Value.Set(was) })
}

// anyResult is a result that anybody might have made, or changed by hand.
func anyResult(t *rapid.T) *reports.Result {
	kinds := []verdict.Kind{verdict.Invalid, verdict.Healthy, verdict.Recovered, verdict.Degraded, verdict.Collapsed, verdict.Overloaded}
	r := brief()
	for range rapid.IntRange(0, 2).Draw(t, "more") {
		r.Add(sample.Of(hostile.Draw(t, "name"), experiment.Expect{}, rapid.SliceOfN(rapid.SampledFrom(kinds), 0, 3).Draw(t, "kinds")...))
	}
	r.Variants = r.Variants[rapid.IntRange(0, 2).Draw(t, "from"):]
	declaration := r.Declaration
	r.Declaration = nil
	s := spoiler{t, rapid.IntRange(1, 30).Draw(t, "share"), 60}
	s.spoil(reflect.ValueOf(r).Elem())
	if rapid.Bool().Draw(t, "declared") {
		r.Declaration = declaration
	}
	return r
}

func TestPageIsSoundWhateverTheResult(t *testing.T) {
	if race.Enabled {
		fewer(t)
	}
	rapid.Check(t, func(t *rapid.T) {
		page := written(t, anyResult(t))
		sound(t, page)
		for _, none := range []string{"NaN", "Inf"} {
			if at := strings.Index(page, none); at >= 0 {
				t.Fatalf("the page has figures that are none: %s", page[max(at-80, 0):at+10])
			}
		}
	})
}

// day is a run of 24 hours with as much in it as a run can have, and noise that
// no path can shorten.
func day() reports.Run {
	const buckets = 1440
	run := sample.Friday().Variants[0].Runs[0]
	noise := func(i, k int) float64 { return float64((i*7919+k*104729)%1000) + 0.5 }
	s := reports.Series{ErrorsBy: map[string][]float64{}}
	lists := make([][]float64, 12)
	for i := range buckets {
		s.TS = append(s.TS, float64(i*60))
		for k := range lists {
			lists[k] = append(lists[k], noise(i, k))
		}
		n := int64(noise(i, 20))
		p := noise(i, 30)
		s.Queue, s.InFlight, s.Unsynced, s.Pending = append(s.Queue, &n), append(s.InFlight, &n), append(s.Unsynced, n), append(s.Pending, n)
		s.P50S, s.P99S = append(s.P50S, &p), append(s.P99S, &p)
	}
	s.Demand, s.Attempts, s.Goodput, s.Errors = lists[0], lists[1], lists[2], lists[3]
	for i := range lists[4] {
		s.Wasted = append(s.Wasted, &lists[4][i])
	}
	for k, cause := range []string{"timeout", "refused", "reset", "rejected", "failed"} {
		s.ErrorsBy[cause] = lists[5+k]
	}
	run.Series = s
	return run
}

func TestLargeResultsFitIntoAMegabyteAndSayWhatIsLeftOut(t *testing.T) {
	variants := func(n int, runs ...reports.Run) *reports.Result {
		r := sample.Friday()
		for i := range n {
			r.Add(sample.Variant(fmt.Sprintf("variant %d", i), experiment.Expect{}, experiment.Gate{NothingLost: true}, runs))
		}
		return r
	}
	endless := strings.Repeat("<\"&'\u0301", 2<<20)
	long := variants(3, day())
	long.Scenario, long.Variants[3].Name, long.Variants[3].Expect = endless, endless, endless
	long.Variants[3].Runs[0].Verdict.Reason, long.Variants[3].Runs[0].Problem = endless, endless
	long.Declaration, _ = json.Marshal(endless)
	parts := sample.Friday()
	run := &parts.Variants[0].Runs[0]
	run.Phases, run.Faults = slices.Repeat(run.Phases, 4000), slices.Repeat(run.Faults, 10_000)
	parts.Variants[0].Gates = make([]reports.Gate, 10_000)
	for i := range 10_000 {
		parts.Versions[fmt.Sprint(i)], run.Totals.Outcomes[fmt.Sprint(i)] = endless[:1000], 1
	}
	for name, tc := range map[string]struct {
		r    *reports.Result
		says []string
	}{
		"one run of a day":       {variants(0, day()), nil},
		"some variants of a day": {variants(4, day()), nil},
		"100 variants of a day":  {variants(98, day()), []string{"88 more variants", "more variants are left out"}},
		"1,000 variants":         {variants(998), []string{"900 more variants are left out"}},
		"10,000 runs":            {variants(1, slices.Repeat([]reports.Run{day()}, 10_000)...), []string{"8,000 more runs are left out"}},
		"10 MB of text":          {long, []string{"more characters are left out"}},
		"thousands of parts":     {parts, []string{"and 11,900 more", "and 9,900 more"}},
	} {
		if race.Enabled && (name == "100 variants of a day" || name == "10 MB of text") {
			continue // they take a minute and a gigabyte; without the detector all
		}
		t.Run(name, func(t *testing.T) {
			page := written(t, tc.r)
			sound(t, page)
			t.Logf("%d bytes", len(page))
			for _, says := range tc.says {
				if !strings.Contains(page, says) {
					t.Errorf("the page does not say %q", says)
				}
			}
			if tc.says == nil && strings.Contains(page, "left out") {
				t.Error("something is left out")
			}
		})
	}
}
