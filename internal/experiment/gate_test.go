package experiment

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func TestGateOverAnotherKeepsWhatTheOtherLeavesOpen(t *testing.T) {
	declared := Gate{TimeToRecoverBelow: new(time.Minute), AmplificationBelow: new(3.0), NothingLost: true}
	got := declared.Over(Gate{AmplificationBelow: new(2.0), NothingDuplicated: true})
	want := Gate{TimeToRecoverBelow: new(time.Minute), AmplificationBelow: new(2.0), NothingLost: true, NothingDuplicated: true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDemandIsReadFromWords(t *testing.T) {
	got, err := ParseDemand(map[string]string{
		"atLeast": "90%", "timeToRecoverBelow": "1m30s", "amplificationBelow": "2.5", "nothingLost": "true", "nothingDuplicated": "",
	})
	want := Demand{AtLeast: new(field.Ratio(0.9)), Gate: Gate{TimeToRecoverBelow: new(90 * time.Second), AmplificationBelow: new(2.5), NothingLost: true}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}

func TestDemandThatCannotBeMetIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		words map[string]string
		want  string
	}{
		"no unit":        {map[string]string{"timeToRecoverBelow": "60"}, "timeToRecoverBelow: 60 has no unit; write '60s'"},
		"no time":        {map[string]string{"timeToRecoverBelow": "soon"}, `timeToRecoverBelow: "soon" is not a time; write a string with a unit, such as '150ms', '2s', '1m30s' or '2d'`},
		"no time at all": {map[string]string{"timeToRecoverBelow": "0s"}, "timeToRecoverBelow: must be longer than no time at all; write a duration such as '60s'"},
		"no attempts":    {map[string]string{"amplificationBelow": "0"}, "amplificationBelow: must be more than 1 attempt per sale, and no more than there can be, such as 2"},
		"no probability": {map[string]string{"atLeast": "0"}, `atLeast: "0" can be shown by no number of runs; write a share between 0 and 1, such as 0.95`},
		"below one":      {map[string]string{"amplificationBelow": "1"}, "amplificationBelow: must be more than 1 attempt per sale, and no more than there can be, such as 2"},
		"not a number":   {map[string]string{"amplificationBelow": "NaN"}, "amplificationBelow: must be more than 1 attempt per sale, and no more than there can be, such as 2"},
		"certainty":      {map[string]string{"atLeast": "1"}, `atLeast: "1" can be shown by no number of runs; write a share between 0 and 1, such as 0.95`},
		"negative":       {map[string]string{"atLeast": "-0.5"}, `atLeast: "-0.5" can be shown by no number of runs; write a share between 0 and 1, such as 0.95`},
		"not yes or no":  {map[string]string{"nothingLost": "yes"}, `nothingLost: "yes" cannot stand here; write true or false, without quotes`},
		"two of them": {map[string]string{"atLeast": "x", "amplificationBelow": "0.5"}, `atLeast: "x" is not a share; write a number such as 0.25 or a string such as '25%'
amplificationBelow: must be more than 1 attempt per sale, and no more than there can be, such as 2`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseDemand(tc.words); err == nil || err.Error() != tc.want {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
}

func TestDemandIsPutOnThoseThatAreToComeBack(t *testing.T) {
	collapse := Expect{Kinds: []verdict.Kind{verdict.Collapsed}}
	variants := []Variant{{Name: "then", Plan: Plan{Expect: collapse}}, {Name: "now", Plan: Plan{Gate: Gate{NothingLost: true}}}}
	d := Demand{AtLeast: new(field.Ratio(0.9)), Gate: Gate{AmplificationBelow: new(2.0)}}
	got, err := d.Apply(variants)
	want := []Variant{{Name: "then", Plan: Plan{Expect: collapse}}, {Name: "now", Plan: Plan{
		Expect: Expect{AtLeast: 0.9}, Gate: Gate{AmplificationBelow: new(2.0), NothingLost: true},
	}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if variants[1].Gate.AmplificationBelow != nil {
		t.Error("the declared variants were changed")
	}
	if _, err := d.Apply(variants[:1]); !errors.Is(err, errNobodyToPass) {
		t.Errorf("error %v", err)
	}
	if _, err := (Demand{}).Apply(variants[:1]); err != nil {
		t.Errorf("nothing is demanded: %v", err)
	}
}
