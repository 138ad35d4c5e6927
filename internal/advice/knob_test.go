package advice

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// chain has two cohorts, of which one can be updated to the other, and a link that retries.
const chain = `{"name": "chain", "horizon": "2m", "fleet": [
	{"cohort": "old", "terminals": 50, "sale": {"every": "2s"}, "timeout": "1s", "cancel": "run-on",
		"retry": {"backoff": "constant", "base": "200ms", "parallel": 3, "retryAfter": "ignore", "budget": {"ratio": 0.2}}, "offline": {"pace": "1s"}},
	{"cohort": "new", "terminals": 10, "sale": {"every": "2s"}, "timeout": "1s",
		"retry": {"backoff": "constant", "base": "400ms", "budget": {"ratio": 0.2}}}],
	"backend": {"nodes": [
		{"name": "web", "workers": 20, "service": {"mean": "10ms"}, "queue": {"limit": 30}, "calls": [
			{"to": "db", "timeout": "400ms", "retry": {"backoff": "exponential", "base": "50ms", "cap": "100ms", "breaker": {"open": "5s"}}}]},
		{"name": "db", "workers": 4, "service": {"mean": "20ms"}, "abandoned": "stop"}]},
	"timeline": [{"kind": "freeze", "at": "30s", "for": "10s", "node": "db"}]}`

// catalogueOf gives the knobs of a declaration without variants.
func catalogueOf(t *testing.T, declaration string) map[string]Knob {
	t.Helper()
	s, err := newSettings(open(t, declaration), "as declared")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Knob{}
	for _, k := range knobsOf(&Config{}, s.plan0, s) {
		if _, twice := out[k.Name]; twice {
			t.Errorf("two knobs are called %s", k.Name)
		}
		out[k.Name] = k
	}
	return out
}

// phrases gives those of a knob's strengths.
func (k *Knob) phrases() []string {
	var out []string
	for _, s := range k.Strengths {
		out = append(out, s.Phrase)
	}
	return out
}

func TestKnobsAreOfAllPartsAndBeginNearWhatIsDeclared(t *testing.T) {
	knobs := catalogueOf(t, chain)
	for name, want := range map[string]string{
		"attempts":                           "at most 2 attempts",
		"attempts from web to db":            "at most 2 attempts from web to db",
		"base of the backoff":                "a backoff from 300ms",
		"law of the backoff":                 "exponential backoff",
		"jitter":                             "equal jitter",
		"cap of the backoff from web to db":  "a backoff up to 150ms from web to db",
		"retry budget":                       "a retry budget of 15%",
		"retry budget from web to db":        "a retry budget of 300% from web to db",
		"breaker":                            "a breaker that opens for 500ms",
		"breaker from web to db":             "a breaker from web to db that stays open for 7.5s",
		"copies":                             "2 copies of each try",
		"Retry-After":                        "Retry-After honoured",
		"cancel":                             "attempts cancelled at their timeout",
		"pace of the offline queue":          "a pause of 1.5s between synced sales",
		"longer timeout of old":              "a timeout of old of 1.3s",
		"queue limit of web":                 "a queue of web of at most 0",
		"workers of db":                      "5 workers of db",
		"deadline propagation of web":        "requests past their deadline dropped from the queue of web",
		"shedding for 12s at web":            "10% of the requests at web turned away for 12s",
		"retries off":                        "retries switched off for 4s",
		"roll-out of old to new":             "old rolled out to 10% of new within 20s",
		"shorter timeout from web to db":     "a timeout from web to db of 320ms",
		"abandoned work of web":              "abandoned requests of web dropped",
		"wait of the offline queue of old":   "a wait of 7.5s before syncing of old",
		"base of the backoff from web to db": "a backoff from 75ms from web to db",
		"queue discipline of db":             "the newest first in the queue of db",
	} {
		k, ok := knobs[name]
		if !ok {
			t.Errorf("there is no %s", name)
		} else if got := k.phrases()[0]; got != want {
			t.Errorf("%s begins with %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"abandoned work of db", "Retry-After from web to db", "shedding for 12s at db", "roll-out of new to old", "pace of the offline queue of new"} {
		if k, ok := knobs[name]; ok {
			t.Errorf("there is %s: %v", name, k.phrases())
		}
	}
}

func TestCapIsRaisedWithTheBase(t *testing.T) {
	k := catalogueOf(t, chain)["base of the backoff from web to db"]
	i := slices.IndexFunc(k.Strengths, func(s Strength) bool { return strings.Contains(s.Phrase, "200ms") })
	if i < 0 || len(k.Strengths[i].edits) != 2 || string(k.Strengths[i].edits[1].Value) != `"200ms"` {
		t.Errorf("%v", k.phrases())
	}
}

func TestOrdersComeAfterTheTriggerAndTheHorizonMovesAlike(t *testing.T) {
	s, err := newSettings(open(t, chain), "as declared")
	if err != nil {
		t.Fatal(err)
	}
	shed := catalogueOf(t, chain)["shedding for 28s at web"].Strengths[0]
	with, err := s.plan(nil, shed)
	if err != nil {
		t.Fatal(err)
	}
	order := with.Timeline[1]
	if order.At != 50*time.Second || order.For != 28*time.Second || with.Horizon != order.End()+80*time.Second {
		t.Errorf("the order is from %v for %v, the horizon %v", order.At, order.For, with.Horizon)
	}
	without, err := s.with(s.unchanged(nil, []Strength{shed}))
	if err != nil {
		t.Fatal(err)
	}
	if without.Horizon != with.Horizon || len(without.Timeline) != 1 {
		t.Errorf("without it the horizon is %v and the timeline %v", without.Horizon, without.Timeline)
	}
}

func TestMildSceneIsAQuarterOfTheTriggerWithBrokenConnections(t *testing.T) {
	s, err := newSettings(open(t, storm), "at once")
	if err != nil {
		t.Fatal(err)
	}
	mild, err := s.mild()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range mild.timeline {
		got = append(got, string(e))
	}
	want := []string{`{"at":"20s","for":"5s","kind":"spike","times":1.75}`, `{"kind":"reset","at":"20s","for":"22.5s","share":0.01}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
