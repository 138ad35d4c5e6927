package k6x

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// came gives a result whose one run has this verdict, where a pass is expected.
func came(k verdict.Kind) *reports.Result {
	r := reports.Result{}
	run := reports.Run{Verdict: reports.Verdict{Kind: k}}
	r.Add(reports.NewVariant("a", decision.Decide(experiment.Expect{}, experiment.Gate{}, []decision.Run{run.Figures()}), []reports.Run{run}))
	return &r
}

func coded(code exitcodes.ExitCode) error {
	return errext.WithExitCodeIfNone(errors.New("k6 says so"), code)
}

func TestNothingPassesThatHasNotProvenItself(t *testing.T) {
	crossed, interrupted := coded(exitcodes.ThresholdsHaveFailed), coded(exitcodes.ExternalAbort)
	directed := func(r *reports.Result) func(*Module) {
		return func(m *Module) {
			m.session = &session{result: r, off: m.off}
			m.session.directed.Store(true)
		}
	}
	unsaved := func(m *Module) {
		directed(came(verdict.Healthy))(m)
		m.session.failed = errors.New("disk full")
	}
	unshown := func(m *Module) {
		directed(came(verdict.Healthy))(m)
		m.unsaved = errors.New("no space")
	}
	wrong := func(m *Module) {
		directed(came(verdict.Healthy))(m)
		m.callOff(errTwice)
	}
	tests := map[string]struct {
		made func(*Module)
		k6   error
		code int // 0: k6's own stands
		says string
	}{
		"passed":                             {directed(came(verdict.Healthy)), nil, 0, ""},
		"no Experiment":                      {func(*Module) {}, nil, 104, "declares no Experiment"},
		"never run":                          {func(m *Module) { m.session = &session{off: m.off} }, nil, 104, "never runs it"},
		"never run, and a threshold crossed": {func(m *Module) { m.session = &session{off: m.off} }, crossed, 104, "never runs it"},
		"wrong, though the script hid it":    {wrong, nil, 104, "called twice"},
		"wrong, as k6 says itself":           {wrong, coded(exitcodes.InvalidConfig), 0, ""},
		"no result":                          {directed(nil), nil, 110, "not run to its end"},
		"invalid":                            {directed(came(verdict.Invalid)), nil, 110, "proves nothing"},
		"failed without a threshold":         {directed(came(verdict.Collapsed)), nil, 99, "no threshold says so"},
		"failed, as a threshold says":        {directed(came(verdict.Collapsed)), crossed, 0, ""},
		"not saved, which was told":          {unsaved, nil, 110, ""},
		"not saved, and a threshold crossed": {unsaved, crossed, 110, ""},
		"not shown":                          {unshown, nil, 110, "no space"},
		"ended early by a threshold":         {directed(came(verdict.Invalid)), crossed, 0, ""},
		"interrupted":                        {directed(nil), interrupted, 0, ""},
		"interrupted before it began":        {func(*Module) {}, interrupted, 0, ""},
		"an error without a code":            {func(*Module) {}, errors.New("odd"), 0, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := New()
			test.made(m)
			var said strings.Builder
			code := 0
			m.leave(&said, test.k6, func(c int) { code = c })
			if code != test.code || !strings.Contains(said.String(), test.says) || (test.says == "") != (said.Len() == 0) {
				t.Errorf("exit code %d, %q; want %d, %q", code, &said, test.code, test.says)
			}
		})
	}
}

func TestSummaryThatK6CannotWriteIsNoticedInItsLog(t *testing.T) {
	m := New()
	l := logrus.New()
	l.SetOutput(&strings.Builder{})
	l.AddHook(&summaryHook{m})
	l.WithError(errors.New("disk full")).Error("something else")
	if m.unsaved != nil {
		t.Errorf("noticed %v", m.unsaved)
	}
	l.WithError(errors.New("disk full")).Error("failed to handle the end-of-test summary")
	if m.unsaved == nil || !strings.Contains(m.unsaved.Error(), "disk full") {
		t.Errorf("noticed %v", m.unsaved)
	}
}

func TestIterationWithoutRunMakesTheScenarioWrong(t *testing.T) {
	tests := map[string]struct {
		err    error
		called bool
		want   error
	}{
		"returned":  {nil, false, errAbsent},
		"threw":     {errors.New("boom"), false, errAbsent},
		"cut short": {context.Canceled, false, nil},
		"called":    {nil, true, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := New()
			i := &instance{module: m, session: &session{}}
			i.called.Store(test.called)
			i.iterated(test.err)
			if got := context.Cause(m.off); !errors.Is(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestEventIsReadByTheNamesOfItsFields(t *testing.T) {
	type event struct {
		ScenarioName string
		Error        error
	}
	odd := errors.New("odd")
	for _, data := range []any{event{"fleet", odd}, &event{"fleet", odd}} {
		if memberOf(data, "ScenarioName") != "fleet" || !errors.Is(errorIn(data), odd) {
			t.Errorf("%v, %v", memberOf(data, "ScenarioName"), errorIn(data))
		}
	}
	for _, data := range []any{nil, 3, struct{}{}, &event{}} {
		if errorIn(data) != nil {
			t.Errorf("%v has an error", data)
		}
	}
}

func TestWrongScenarioLeavesNoReports(t *testing.T) {
	m, dir := New(), t.TempDir()
	p := &session{result: came(verdict.Healthy), off: m.off, set: settings{out: dir}}
	m.session = p
	p.save(false)
	if _, err := os.Stat(filepath.Join(dir, reports.FileName)); err != nil {
		t.Fatal(err)
	}
	m.callOff(errTwice)
	p.save(true)
	m.ended()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
	if got := p.summary(); len(got) > 0 {
		t.Errorf("it shows %v", got)
	}
}

func TestScriptDeclaresOneExperiment(t *testing.T) {
	for _, second := range []string{`{ ...shop, name: 'other' }`, `shop`} {
		err := load(t, New(), 0, onLocal).fails(t, shop+`new Experiment(shop); new Experiment(`+second+`)`)
		refused(t, err, "more than one Experiment", "variants")
	}
}
