package terminal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
)

const day = fault.Day

func TestAShopOpensAndClosesByItsLocalTime(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name  string
		local time.Duration
		hours Hours
		at    time.Duration
		open  bool
		until time.Duration
	}{
		{"before it opens", 0, Hours{Open: 9 * h, Close: 21 * h}, 0, false, 9 * h},
		{"when it opens", 0, Hours{Open: 9 * h, Close: 21 * h}, 9 * h, true, 21 * h},
		{"when it closes", 0, Hours{Open: 9 * h, Close: 21 * h}, 21 * h, false, 33 * h},
		{"the run begins at noon", 12 * h, Hours{Open: 9 * h, Close: 21 * h}, 0, true, 9 * h},
		{"on the day before", -2 * h, Hours{Open: 9 * h, Close: 23 * h}, 0, true, h},
		{"over midnight", 0, Hours{Open: 18 * h, Close: 2 * h}, 25 * h, true, 26 * h},
		{"over midnight of a closed day", 0, Hours{Open: 18 * h, Close: 2 * h, ClosedDays: []int{0}}, h, true, 2 * h},
		{"a closed day", 0, Hours{Open: 9 * h, Close: 21 * h, ClosedDays: []int{1, 2}}, 30 * h, false, 81 * h},
		{"all day", 0, Hours{Close: 24 * h}, 5 * h, true, never},
		{"all day up to a closed one", 0, Hours{Close: 24 * h, ClosedDays: []int{2}}, 5 * h, true, 48 * h},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := calendar{day: day, local: tt.local, hours: &tt.hours}
			if open, until := c.open(tt.at); open != tt.open || until != tt.until {
				t.Errorf("at %v open is %v until %v, want %v until %v", tt.at, open, until, tt.open, tt.until)
			}
		})
	}
}

// A day of 24 s is a day of 24 h, told in seconds.
func TestAShorterDayIsTheSameDayInSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := rapid.IntRange(0, 23)
		open := clock.Draw(t, "open")
		closes := (open+rapid.IntRange(1, 22).Draw(t, "lasts"))%24 + 1
		days := rapid.SliceOfN(rapid.IntRange(0, lastDay), 0, 6).Draw(t, "closed")
		from := clock.Draw(t, "from")
		at := rapid.IntRange(0, 30*24).Draw(t, "at")
		told := func(unit time.Duration) (float64, time.Duration, time.Duration) {
			h := &Hours{Open: time.Duration(open) * unit, Close: time.Duration(closes) * unit, ClosedDays: days}
			c := calendar{day: 24 * unit, local: 3 * unit, hours: h, curve: []fault.Point{{At: time.Duration(from) * unit, Times: 2}}}
			times, until := c.At(time.Duration(at) * unit)
			if until != never {
				until /= unit
			}
			return times, until, h.longestClosed(24*unit, 0) / unit
		}
		times, until, longest := told(time.Hour)
		small, soon, short := told(time.Second)
		if small != times || soon != until || short != longest {
			t.Errorf("in small it is %v until %v, closed for %v; in full %v until %v, closed for %v", small, soon, short, times, until, longest)
		}
	})
}

func TestLongestTimeClosedIsANightOrClosedDaysInARow(t *testing.T) {
	hours := Hours{Open: 9 * time.Hour, Close: 21 * time.Hour}
	for _, tt := range []struct {
		days  []int
		since time.Duration
		want  time.Duration
	}{
		{nil, 0, 12 * time.Hour}, {[]int{5}, 0, 36 * time.Hour}, {[]int{6, 2, 5, 5}, 0, 60 * time.Hour},
		{[]int{1}, 47 * time.Hour, 36 * time.Hour}, {[]int{1}, 48 * time.Hour, 12 * time.Hour}, {[]int{1, 5, 6}, 48 * time.Hour, 60 * time.Hour},
	} {
		hours.ClosedDays = tt.days
		if got := hours.longestClosed(day, tt.since); got != tt.want {
			t.Errorf("with %v closed it is %v since %v, want %v", tt.days, got, tt.since, tt.want)
		}
	}
}

func TestASaleOfAnotherDayIsMisdated(t *testing.T) {
	const h = time.Hour
	strict, loose := Dating{}, Dating{Local: 10 * h, BySync: true}
	for _, tt := range []struct {
		d              Dating
		sold, recorded time.Duration
		want           bool
	}{
		{strict, 5, 5, false},
		{strict, 5, 6, true},
		{loose, 0, 13 * h, false},
		{loose, 0, 14 * h, true},
		{Dating{Local: -h, BySync: true}, 0, h, true},
		{Dating{Day: h, BySync: true}, 0, h - 1, false},
		{Dating{Day: h, BySync: true}, 0, h, true},
	} {
		if got := tt.d.Misdated(tt.sold, tt.recorded); got != tt.want {
			t.Errorf("%+v: sold at %v and recorded at %v is misdated: %v, want %v", tt.d, tt.sold, tt.recorded, got, tt.want)
		}
	}
}

func TestShopsAreSpreadOverZonesTenantByTenant(t *testing.T) {
	cfg := valid()
	cfg.Terminals, cfg.Tenants = 12, 6
	cfg.Zones = []Zone{Zone(-time.Hour), 0, Zone(10 * time.Hour)}
	cfg.Hours = &Hours{Close: 12 * time.Hour}
	c := NewCohorts([]Config{valid(), cfg}, nil)[1]
	var got []time.Duration
	for id := range uint32(12) {
		got = append(got, c.placeOf(1+id).local/time.Hour)
	}
	if diff := cmp.Diff([]time.Duration{-1, -1, -1, -1, 0, 0, 0, 0, 10, 10, 10, 10}, got); diff != "" {
		t.Errorf("local times in hours (-want +got):\n%s", diff)
	}
}

func TestTenantsHaveNumbersOverTheWholeFleet(t *testing.T) {
	fleet := make([]Config, 4)
	fleet[0].Terminals, fleet[2].Terminals, fleet[3].Terminals = 3, 4, 2
	fleet[2].Tenants = 2
	var got, alone []uint32
	for id := range uint32(9) {
		got = append(got, TenancyOf(fleet).Of(id))
		alone = append(alone, TenancyOf(fleet[:2]).Of(id))
	}
	if diff := cmp.Diff([]uint32{0, 1, 2, 3, 3, 4, 4, 5, 6}, got); diff != "" {
		t.Errorf("tenants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8}, alone); diff != "" {
		t.Errorf("without tenants (-want +got):\n%s", diff)
	}
}

func TestAClosedShopOwesItsSalesWhenItOpens(t *testing.T) {
	cfg := valid()
	cfg.Sale.Every, cfg.Sale.Arrival, cfg.Offline = time.Second, Regular, &Offline{}
	cfg.Hours = &Hours{Close: time.Second}
	term := New(NewCohort(cfg, nil), 1, 0)
	for _, at := range []time.Duration{0, term.nextSale, time.Second} {
		term.Step(at, Event{Kind: Wake}, nil)
	}
	if diff := cmp.Diff(history.Owed{Unsynced: 1, Last: day}, term.Owed()); diff != "" {
		t.Errorf("owed (-want +got):\n%s", diff)
	}
}

func TestTerminalsAreUpdatedEvenlyAndInWaves(t *testing.T) {
	old, newer := valid(), valid()
	old.Terminals, newer.Cohort = 1000, "b"
	c := NewCohorts([]Config{old, newer}, []fault.Event{
		{Kind: fault.Rollout, At: time.Hour, For: time.Hour, From: "a", To: "b", Share: 0.2},
		{Kind: fault.Rollout, At: 3 * time.Hour, For: time.Hour, From: "a", To: "b", Share: 0.7},
	})[0]
	quarters := map[time.Duration]int{}
	for id := range uint32(1000) {
		if at, to := c.updateOf(id); to != nil {
			quarters[at/(15*time.Minute)]++
		}
	}
	for q, want := range map[time.Duration]int{4: 50, 5: 50, 6: 50, 7: 50, 12: 125, 13: 125, 14: 125, 15: 125} {
		if got := quarters[q]; got < want-2 || got > want+2 {
			t.Errorf("%d are updated in quarter of an hour %d, want about %d", got, q, want)
		}
	}
	if len(quarters) != 8 {
		t.Errorf("updates are in %d quarters of an hour, want 8: %v", len(quarters), quarters)
	}
}
