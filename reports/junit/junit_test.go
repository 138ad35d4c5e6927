package junit

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func written(t interface {
	Helper()
	Fatal(...any)
}, r *reports.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// gated has a variant with a gate, whose runs came out so, in real time.
func gated(kinds ...verdict.Kind) *reports.Result {
	r := sample.Friday()
	r.StartedAt = time.Date(2026, 3, 6, 17, 30, 0, 0, time.FixedZone("", 3600))
	runs := sample.Of("", experiment.Expect{}, kinds...).Runs
	for i := range runs {
		runs[i].Generator = reports.Generator{WallS: 100.25, Cores: 2}
	}
	gate := experiment.Gate{TimeToRecoverBelow: new(time.Minute), AmplificationBelow: new(1.2), NothingLost: true}
	r.Add(sample.Variant("client 4.5", experiment.Expect{}, gate, runs))
	return r
}

func hostile() *reports.Result {
	r := reports.New(sample.Hostile[8], sample.Hostile[6], 1, time.Time{})
	for i, n := range sample.Hostile {
		v := sample.Variant(n, experiment.Expect{}, experiment.Gate{}, []reports.Run{each().Runs[4], each().Runs[1]})
		v.Runs[0].Verdict.Reason = strings.Join(sample.Hostile, " ]]> ")
		v.Runs[0].Problem, v.Runs[0].Verdict.Evidence.Sustained = n, n
		v.Expect, v.ExpectKinds, v.Probability.Kind = n, nil, n
		v.Gates = []reports.Gate{{Name: n, Probability: v.Probability}}
		v.Passed = false
		r.Add(v)
		r.Versions[n] = sample.Hostile[len(sample.Hostile)-1-i]
	}
	return r
}

func TestJUnitIsGolden(t *testing.T) {
	broken := reports.New("s", "docker", 1, time.Time{})
	broken.Add(sample.Of("never run", experiment.Expect{}))
	broken.BreakOff()
	for name, r := range map[string]*reports.Result{
		"friday":  sample.Friday(),
		"gated":   gated(verdict.Recovered, verdict.Collapsed, verdict.Invalid),
		"hostile": hostile(),
		"broken":  broken,
		"empty":   reports.New("s", "sim", 1, time.Time{}),
	} {
		t.Run(name, func(t *testing.T) { golden.Assert(t, written(t, r), name+".golden") })
	}
}

// standings are how the cases of a variant came out: p for passed, f for a
// failure, e for an error, s for skipped.
func standings(cases []testcase) string {
	var b strings.Builder
	for _, c := range cases {
		switch {
		case c.Failure != nil:
			b.WriteByte('f')
		case c.Error != nil:
			b.WriteByte('e')
		case c.Skipped != nil:
			b.WriteByte('s')
		default:
			b.WriteByte('p')
		}
	}
	return b.String()
}

// The cases are the verdict, the time to recover, the attempts per sale, which
// are 1.3 where a run recovers and 2.3 where it does not, and nothing lost.
func TestCaseStandsAsItsDemandDid(t *testing.T) {
	for _, tc := range []struct {
		name  string
		kinds []verdict.Kind
		want  string
	}{
		{"recovered", []verdict.Kind{verdict.Recovered}, "ppfp"},
		{"collapsed", []verdict.Kind{verdict.Collapsed}, "fffp"},
		{"proves nothing", []verdict.Kind{verdict.Invalid}, "eeee"},
		{"one that proves nothing", []verdict.Kind{verdict.Recovered, verdict.Invalid}, "eefe"},
		{"all sorts", []verdict.Kind{verdict.Recovered, verdict.Collapsed, verdict.Invalid}, "fffe"},
		{"not run", nil, "ssss"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := gated(tc.kinds...)
			out := suitesOf(r)
			if got := standings(out.Suites[2].Cases); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if bad := out.Failures+out.Errors > 0; tc.kinds != nil && bad != (r.Outcome() != reports.Passed) {
				t.Errorf("%d failures and %d errors of a result that is %s", out.Failures, out.Errors, r.Outcome())
			}
		})
	}
}

func TestResultThatWasBrokenOffHasAnError(t *testing.T) {
	r := sample.Friday()
	if out := suitesOf(r); out.Errors+out.Failures != 0 || out.Tests != 2 {
		t.Errorf("%+v", out)
	}
	r.BreakOff()
	if out := suitesOf(r); out.Errors != 1 || out.Tests != 3 {
		t.Errorf("%d errors of %d", out.Errors, out.Tests)
	}
}

func TestBoundDecidesTheVerdictsCase(t *testing.T) {
	surely := experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}, AtLeast: 0.5}
	kinds := []verdict.Kind{verdict.Recovered}
	for range 9 {
		kinds = append(kinds, verdict.Collapsed)
	}
	enough, few := sample.Of("enough", surely, kinds...), sample.Of("few", surely, kinds[:3]...)
	if c := verdictCase(&enough); c.Failure != nil || c.Error != nil {
		t.Errorf("nine of ten show a half: %+v", c.Failure)
	}
	if c := verdictCase(&few); c.Failure == nil || !strings.Contains(c.Failure.Text, "with a probability of at least 0.5") {
		t.Errorf("two of three do not: %+v", c.Failure)
	}
}

func TestGateShowsTheRunWithItsWorstFigure(t *testing.T) {
	many := 9.0
	runs := sample.Of("", experiment.Expect{}, verdict.Collapsed, verdict.Recovered).Runs
	runs[1].Totals.Amplification = &many
	v := sample.Variant("v", experiment.Expect{}, experiment.Gate{AmplificationBelow: new(2.0)}, runs)
	if c := gateCase(&v, &v.Gates[0]); !strings.Contains(c.Failure.Text, "The run with seed 1: recovered.") {
		t.Error(c.Failure.Text)
	}
}

func TestTimeIsThatOfRunsInRealTime(t *testing.T) {
	v := sample.Of("v", experiment.Expect{}, verdict.Healthy, verdict.Healthy, verdict.Healthy)
	if got := secondsOf(realTime(&v)); got != "" {
		t.Errorf("%s s of virtual time", got)
	}
	for i := range v.Runs {
		v.Runs[i].Generator = reports.Generator{Cores: i, WallS: 1.25}
	}
	if got := secondsOf(realTime(&v)); got != "2.500" {
		t.Errorf("%s s", got)
	}
	v.Runs[1].Generator.WallS, v.Runs[2].Generator.WallS = math.MaxFloat64, math.MaxFloat64
	if got := secondsOf(realTime(&v)); got != "" {
		t.Errorf("%s s of more than there can be", got)
	}
}

func TestWorstRunIsTheOneThatSpeaksMostAgainst(t *testing.T) {
	v := sample.Of("v", experiment.Expect{}, verdict.Healthy, verdict.Recovered, verdict.Invalid, verdict.Recovered, verdict.Degraded, verdict.Collapsed)
	late, more := 50.0, *v.Runs[4].Totals.Amplification+1
	v.Runs[3].Verdict.TimeToRecoverS = &late
	v.Runs[5].Totals.Amplification = &more
	for _, want := range []uint64{5, 4, 2, 3, 1, 0} {
		if got := worst(&v); got.Seed != want {
			t.Fatalf("the worst is run %d, want %d", got.Seed, want)
		}
		v.Runs = slices.DeleteFunc(v.Runs, func(r reports.Run) bool { return r.Seed == want })
	}
	either := experiment.Expect{Kinds: []verdict.Kind{verdict.Recovered, verdict.Degraded}}
	if v := sample.Of("never back", either, verdict.Recovered, verdict.Degraded); worst(&v).Seed != 1 {
		t.Error("the worst is not the one that never came back")
	}
	if worst(&v) != nil {
		t.Error("there is a worst of no runs")
	}
}

func TestCasesOfOneNameAreNumbered(t *testing.T) {
	n := numbering{}
	var got []string
	for _, name := range []string{"a", "a (2)", "a", "a", "b"} {
		got = append(got, n.unique(name))
	}
	if diff := cmp.Diff([]string{"a", "a (2)", "a (2) (2)", "a (3)", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestJUnitReportsAWriterThatFails(t *testing.T) {
	if err := Write(fullDisk{}, sample.Friday()); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
