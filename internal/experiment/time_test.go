package experiment

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// timed gives a plan with a horizon, demand and triggers, of which nothing else
// matters here.
func timed(horizon time.Duration, perSec float64, judge verdict.Config, triggers ...fault.Event) Plan {
	every := time.Duration(1000 / perSec * float64(time.Second))
	return Plan{
		Horizon: horizon, Judge: judge, Timeline: triggers,
		Fleet: []terminal.Config{{Terminals: 1000, Sale: terminal.Sale{Every: every}}},
	}
}

func spike(at, length time.Duration) fault.Event {
	return fault.Event{Kind: fault.Spike, At: at, For: length, Times: 2}
}

func TestTimeTooShortForAVerdictIsRefusedWithWhatToWrite(t *testing.T) {
	const sec = time.Second
	tests := map[string]struct {
		plan   Plan
		bucket time.Duration
		want   string // empty where there is time enough
	}{
		"enough":                             {timed(20*sec, 200, verdict.Config{}, spike(4*sec, sec)), 0, ""},
		"just enough":                        {timed(10*sec, 200, verdict.Config{Warmup: sec}, spike(2*sec, 3*sec)), 0, ""},
		"just enough, in whole buckets":      {timed(10*sec, 200, verdict.Config{Warmup: sec}, spike(2*sec, 3*sec)), sec, ""},
		"not so in buckets that divide":      {timed(10*sec, 200, verdict.Config{Warmup: 500 * time.Millisecond}, spike(1500*time.Millisecond, 3*sec)), sec, "timeline[0].at: is 1.5s, which leaves 0s after the warm-up"},
		"no baseline":                        {timed(20*sec, 200, verdict.Config{}, spike(9*sec, sec), spike(sec, sec)), 0, "timeline[1].at: is 1s, which leaves 750ms after the warm-up for the baseline, shorter than one window of 1s; write '1.4s' or more, or declare a shorter judge.window (it is"},
		"no baseline after its warm-up":      {timed(20*sec, 200, verdict.Config{Warmup: 5 * sec, Window: 3 * sec}, spike(4*sec, sec)), 0, "timeline[0].at: is 4s, which leaves 0s after the warm-up for the baseline, shorter than one window of 3s; write '8s' or more, or declare a shorter judge.window"},
		"so few sales":                       {timed(60*sec, 10, verdict.Config{}, spike(10*sec, sec)), 0, "shorter than one window of 10s; write '13.4s' or more"},
		"no recovery":                        {timed(10*sec, 200, verdict.Config{}, spike(4*sec, 2*sec)), 0, "horizon: is 10s, which leaves 4s after the last trigger to see how it goes on, shorter than 5 windows of 1s; write '11s' or more, or declare a shorter judge.window (it is the time of 100 sales, and at least 1s) or a smaller judge.hold"},
		"no trigger, and no baseline":        {timed(4*sec, 200, verdict.Config{}), 0, "horizon: is 4s, which leaves 750ms after the warm-up for the baseline, shorter than one window of 1s; write '5.4s' or more"},
		"no trigger, and no recovery":        {timed(6*sec, 200, verdict.Config{Hold: 6}), 0, "horizon: is 6s, which leaves 5.625s after the warm-up to see how it goes on, shorter than 6 windows of 1s; write '6.4s' or more"},
		"a window that no run is as long as": {timed(60*sec, 200, verdict.Config{Window: 1 << 62}, spike(30*sec, sec)), 0, "; declare a shorter judge.window"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.plan.CheckTime(test.bucket)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got  %v\nwant %v", err, test.want)
			}
		})
	}
}

// TestTimeIsCheckedAsItIsJudged holds that the declaration and the judge have
// one rule: a run without any incident is judged if and only if its plan passes.
func TestTimeIsCheckedAsItIsJudged(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		secs := func(name string, least, most int) time.Duration {
			return time.Duration(rapid.IntRange(10*least, 10*most).Draw(rt, name)) * 100 * time.Millisecond
		}
		judge := verdict.Config{Hold: rapid.IntRange(0, 6).Draw(rt, "hold"), Window: secs("window", 0, 4), Warmup: secs("warmup", 0, 4)}
		p := timed(secs("horizon", 2, 40), float64(rapid.SampledFrom([]int{20, 50, 100, 400}).Draw(rt, "demand")), judge)
		if at := secs("at", 0, 20); at > 0 && at+time.Second < p.Horizon {
			p.Timeline = []fault.Event{spike(at, time.Second)}
		}
		bucket := rapid.SampledFrom([]time.Duration{100, 200, 500, 1000}).Draw(rt, "bucket") * time.Millisecond
		h := &history.History{Bucket: bucket, Horizon: p.Horizon, Demand: p.Demand()}
		h.Trigger.From, h.Trigger.To = p.Trigger()
		h.Buckets = make([]history.Bucket, int((p.Horizon+bucket-1)/bucket))
		v := verdict.Judge(h, judge)
		short := strings.Contains(v.Reason, "is shorter than one window") || strings.Contains(v.Reason, "from the trigger's end to the horizon cannot hold")
		if err := p.CheckTime(bucket); (err != nil) != short {
			rt.Fatalf("the declaration has %v, and the verdict says: %s", err, v.Reason)
		}
		if p.CheckTime(0) != nil && !short {
			rt.Fatalf("refused for every engine: %v", p.CheckTime(0))
		}
	})
}

// TestWhatToWriteIsEnough follows the advice until there is time enough.
func TestWhatToWriteIsEnough(t *testing.T) {
	for _, bucket := range []time.Duration{0, time.Second} {
		p := timed(8*time.Second, 30, verdict.Config{}, spike(2*time.Second, time.Second))
		for range 2 {
			one, ok := p.CheckTime(bucket).(field.List) //nolint:errorlint // it is documented to be one
			if !ok {
				break
			}
			_, rest, _ := strings.Cut(one[0].Problem, "write '")
			word, _, _ := strings.Cut(rest, "'")
			to, err := duration(&node{shape: text, literal: word})
			if err != nil {
				t.Fatalf("%v in %s", err, one)
			}
			if one[0].Path == "horizon" {
				p.Horizon = to
			} else {
				p.Timeline[0].At = to
			}
		}
		if err := p.CheckTime(bucket); err != nil {
			t.Error(err)
		}
	}
}
