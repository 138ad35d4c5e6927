package scenarios_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/reports"
)

// incidents are the scenarios whose verdicts must not depend on chance.
var incidents = []string{
	"livepos-2015",
	"salonmonster",
}

func TestIncidentsComeOutAlikeWithEachOf50Seeds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	const seeds = 50
	for _, name := range incidents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []outcome
			for _, o := range shipped[name] {
				for range seeds {
					want = append(want, o)
				}
			}
			got, err := outcomes(t, name, "--engine", "sim", "--runs", "50")
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
				t.Errorf("%v\n-want +got:\n%s", err, diff)
			}
		})
	}
}

// At full scale the days have 24 hours and the fleets are larger. That all at once
// collapses there is not settled within the events that a run may take.
func TestIncidentsComeOutAlikeAtFullScale(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	for _, run := range []struct{ scenario, variant string }{
		{"livepos-2015", "as it happened"},
		{"livepos-2015", "paced sync"},
		{"salonmonster", "as it happened"},
		{"salonmonster", "routing setting, read-only backup"},
	} {
		t.Run(run.scenario+"/"+run.variant, func(t *testing.T) {
			t.Parallel()
			got, err := outcomes(t, run.scenario, "--engine", "sim", "--variant", run.variant, "-e", "SCALE=true")
			if diff := cmp.Diff([]outcome{{run.variant, "recovered"}}, got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
				t.Errorf("%v\n-want +got:\n%s", err, diff)
			}
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
