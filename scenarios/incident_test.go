package scenarios_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/reports"
)

// incidents are the scenarios of which -e SCALE=true has the times as they were, with
// the share of the tenants that each variant hurts at once, at least and at most, in
// their short form.
var incidents = map[string]map[string][2]float64{
	"avr-2012":       {"as it happened": {0.12, 0.14}, "calls that wait": {0.9, 1}, "a pool per server": {0.12, 0.14}, "a standby": {0, 0.02}},
	"everybodysmile": {},
	"livepos-2015":   {},
	"salonmonster":   {},
}

// A verdict that only some seeds give says nothing of an incident.
func TestEachIncidentComesOutAlikeWithFiftySeeds(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(incidents)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkHurt(t, alikeWithFiftySeeds(t, name), incidents[name])
		})
	}
	t.Run("kounta-friday", func(t *testing.T) {
		t.Parallel()
		alikeWithFiftySeeds(t, "kounta-friday")
	})
}

// The questions of the days after are no incident of their own, and take a minute; with
// a quarter of the fleet on the new client, minutes, as the collapse is watched for an hour.
func TestKountaSundayComesOutAlikeWithFiftySeeds(t *testing.T) {
	if os.Getenv("RETRYSTORM_SCALE") == "" {
		t.Skip("takes minutes: `make scale` runs it")
	}
	for _, want := range shipped["kounta-sunday"] {
		t.Run(want.variant, func(t *testing.T) {
			t.Parallel()
			alikeWithFiftySeeds(t, "kounta-sunday", want)
		})
	}
}

// alikeWithFiftySeeds gives the result of runs of some variants, or all, whose
// verdicts are those shipped.
func alikeWithFiftySeeds(t *testing.T, name string, variants ...outcome) []byte {
	t.Helper()
	const seeds = 50
	args := []string{name, "--engine", "sim", "--runs", strconv.Itoa(seeds)}
	for _, v := range variants {
		args = append(args, "--variant", v.variant)
	}
	if variants == nil {
		variants = shipped[name]
	}
	var want []outcome
	for _, o := range variants {
		for range seeds {
			want = append(want, o)
		}
	}
	got, text, err := results(t, args...)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
		t.Errorf("%v\n-want +got:\n%s", err, diff)
	}
	return text
}

// checkHurt compares the blast radius of each run with its bounds.
func checkHurt(t *testing.T, text []byte, bounds map[string][2]float64) {
	t.Helper()
	result, err := reports.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Variants {
		for i, r := range v.Runs {
			if b, ok := bounds[v.Name]; ok && (r.Blast == nil || r.Blast.Share < b[0] || r.Blast.Share > b[1]) {
				t.Errorf("%s, run %d: %+v of the tenants are hurt, want from %v to %v", v.Name, i+1, r.Blast, b[0], b[1])
			}
		}
	}
}

// At full scale the times are as they were and the fleets are larger. The suite runs
// one variant of it, the largest fleet; `make scale` runs the others, and holds the
// results to those that are recorded.
func TestIncidentsComeOutAlikeAtFullScale(t *testing.T) {
	for name := range incidents {
		for _, want := range shipped[name] {
			t.Run(name+"/"+want.variant, func(t *testing.T) {
				if os.Getenv("RETRYSTORM_SCALE") == "" && name+"/"+want.variant != "salonmonster/as it happened" {
					t.Skip("simulates days: `make scale` runs it")
				}
				t.Parallel()
				got, err := outcomes(t, name, "--engine", "sim", "--variant", want.variant, "-e", "SCALE=true")
				if diff := cmp.Diff([]outcome{want}, got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
					t.Errorf("%v\n-want +got:\n%s", err, diff)
				}
			})
		}
	}
}

func TestIncidentsAtFullScaleAreAsRecorded(t *testing.T) {
	if os.Getenv("RETRYSTORM_SCALE") == "" {
		t.Skip("simulates days: `make scale` runs it")
	}
	for _, name := range []string{"avr-2012", "everybodysmile", "livepos-2015"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{name, "-e", "SCALE=true"}
			_, text, err := results(t, append(args, "--engine", "sim")...)
			if err != nil {
				t.Error(err)
			}
			sameAsBefore(t, args, text)
		})
	}
}

func TestIncidentsLeaveInTheLedgerWhatTheirReportsTell(t *testing.T) {
	for _, tt := range []struct {
		scenario, variant   string
		misdated, conflicts bool
	}{
		{"livepos-2015", "as it happened", false, false},
		{"livepos-2015", "dated by the sync", true, false},
		{"salonmonster", "as it happened", false, true},
		{"salonmonster", "routing setting, read-only backup", false, false},
	} {
		t.Run(tt.scenario+"/"+tt.variant, func(t *testing.T) {
			t.Parallel()
			_, text, err := results(t, tt.scenario, "--engine", "sim", "--variant", tt.variant)
			if err != nil {
				t.Fatal(err)
			}
			result, err := reports.Read(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			l := result.Variants[0].Runs[0].Totals
			if (*l.Misdated > 0) != tt.misdated || (l.Conflicts > 0) != tt.conflicts {
				t.Errorf("misdated %d, conflicts %d", *l.Misdated, l.Conflicts)
			}
		})
	}
}
