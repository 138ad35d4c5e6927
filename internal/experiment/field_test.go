package experiment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
)

func TestAFieldTellsItsQuantityAndWhatStandsThere(t *testing.T) {
	friday, little := mustOpen(t, shops), mustOpen(t, with(small,
		`"timeline": [{"kind": "crash", "at": "10s", "for": "5s"}], "variants": {"a": {"judge": {"hold": 3}}, "b": {"fleet": [
		{"cohort": "a", "terminals": 100, "sale": {"every": "1s"}, "timeout": "2s", "retry": {"backoff": "linear", "base": "1s", "breaker": {}}, "offline": {}}]}}`))
	tests := []struct {
		d             *Declaration
		variant, path string
		want          Field
		value         string
	}{
		{friday, "later", "fleet[0].timeout", Field{"fleet.0.timeout", Time, nil, false}, `"2s"`},
		{friday, "later", "fleet.*.terminals", Field{"fleet.*.terminals", Count, nil, false}, `3000`},
		{friday, "later", `fleet["4.4.2"].terminals`, Field{`fleet["4.4.2"].terminals`, Count, nil, false}, `100`},
		{friday, "later", "fleet.0.retry.budget.ratio", Field{"fleet.0.retry.budget.ratio", Share, nil, false}, `"20%"`},
		{friday, "later", "backend.nodes.api.queue.limit", Field{"backend.nodes.api.queue.limit", Limit, nil, false}, `20000`},
		{friday, "later", "backend.nodes.0.memory", Field{"backend.nodes.0.memory", Size, nil, false}, `"256MiB"`},
		{friday, "later", "timeline.0.times", Field{"timeline.0.times", Number, nil, false}, `2`},
		{friday, "later", "fleet.0.retry.on.1", Field{"fleet.0.retry.on.1", Word, nil, false}, `"rejected"`},
		{friday, "later", "fleet.0.sale", Field{"fleet.0.sale", Other, nil, false}, `{"every":"10s","arrival":"regular","deadline":"30s"}`},
		{friday, "later", "backend.nodes.0.calls.0.to", Field{"backend.nodes.0.calls.0.to", Other, nil, false}, `["db-1","db-2"]`},
		{friday, "as it happened", "gate.nothingLost", Field{"gate.nothingLost", Flag, nil, false}, `true`},
		{friday, "later", "gate.nothingLost", Field{"gate.nothingLost", Flag, nil, true}, `false`},
		{friday, "later", "judge.hold", Field{"judge.hold", Count, nil, true}, `5`},
		{friday, "later", "expect", Field{"expect", Other, nil, false}, `"healthy"`},
		// Defaults.
		{little, "a", "fleet.0.sale.deadline", Field{"fleet.0.sale.deadline", Time, nil, true}, `"30s"`},
		{little, "a", "backend.nodes.backend.queue.limit", Field{"backend.nodes.backend.queue.limit", Limit, nil, true}, `1000`},
		{little, "a", "backend.nodes.0.name", Field{"backend.nodes.0.name", Other, nil, true}, `"backend"`},
		{little, "a", "timeline.0.node", Field{"timeline.0.node", Other, nil, true}, `"backend"`},
		{little, "a", "fleet.0.retry.backoff", Field{"fleet.0.retry.backoff", Word, nil, true}, `"none"`},
		{little, "b", "fleet.0.retry.maxAttempts", Field{"fleet.0.retry.maxAttempts", Limit, nil, true}, `3`},
		{little, "b", "fleet.0.retry.breaker.open", Field{"fleet.0.retry.breaker.open", Time, nil, true}, `"30s"`},
		{little, "b", "fleet.0.offline.after", Field{"fleet.0.offline.after", Time, nil, true}, `"5s"`},
		{little, "b", "fleet.0.offline.retry.maxAttempts", Field{"fleet.0.offline.retry.maxAttempts", Limit, nil, true}, `"unbounded"`},
		{little, "a", "judge.goodput", Field{"judge.goodput", Share, nil, true}, `0.9`},
		// What can be declared and is not.
		{little, "a", "fleet.0.retry.maxAttempts", Field{"fleet.0.retry.maxAttempts", Limit, nil, false}, ``},
		{little, "a", "fleet.0.retry.breaker.open", Field{"fleet.0.retry.breaker.open", Time, nil, false}, ``},
		{little, "a", "fleet.0.retry.breaker", Field{"fleet.0.retry.breaker", Other, nil, false}, ``},
		{little, "a", "fleet.0.offline.pace", Field{"fleet.0.offline.pace", Time, nil, false}, ``},
		{little, "a", "gate.amplificationBelow", Field{"gate.amplificationBelow", Number, nil, false}, ``},
		{little, "a", "timeline.0.how", Field{"timeline.0.how", Word, nil, false}, ``},
		{little, "a", "fleet.0.zones", Field{"fleet.0.zones", Other, nil, false}, ``},
	}
	for _, tt := range tests {
		got, err := tt.d.Field(tt.variant, tt.path)
		if tt.value != "" {
			tt.want.Value = []byte(tt.value)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.path, err, diff)
		}
	}
}

func TestAnUnknownPathIsToldWithWhatIsNear(t *testing.T) {
	d := mustOpen(t, shops)
	tests := []struct{ path, want string }{
		{"fleet.0.timeuot", "fleet[0].timeuot: unknown field; did you mean 'timeout'?"},
		{"times", "times: unknown field; did you mean 'timeline.*.times'?"},
		{"backend.workers", "backend.workers: unknown field; did you mean 'backend.nodes.*.workers'?"},
		{"timeline.1.times", "timeline: there is no element '1'; it has 1, of which the first is 0 and the last 0"},
		{"horizon.seconds", "horizon: is a time such as '2s' and has no parts; end the path there"},
		{"fleet.1.retry.on.0", "fleet[1].retry.on: has no elements, so there is no '0'; declare the list as a whole"},
		{"", `"" is no path: a step of it is empty; write one such as fleet.0.timeout`},
	}
	for _, tt := range tests {
		_, err := d.Field("later", tt.path)
		var all field.List
		if !errors.As(err, &all) || err.Error() != tt.want {
			t.Errorf("%s fails with\n%v, want\n%s", tt.path, err, tt.want)
		}
	}
	if _, err := d.Field("x", "horizon"); !errors.Is(err, ErrNoVariant) {
		t.Errorf("of no variant: %v", err)
	}
}

// A value that With has put somewhere is the one that Field finds there.
func TestAFieldIsWhatWasChanged(t *testing.T) {
	d := mustOpen(t, shops)
	for path, values := range changes {
		for _, value := range values {
			patch, err := d.Patch("later", Change{path, []byte(value)})
			if err != nil || value == "null" || strings.Contains(value, "null") {
				continue
			}
			again, err := Open([]byte(strings.Replace(shops, `"later":`, `"later changed": `+string(patch)+`, "later":`, 1)))
			if err != nil {
				continue // no plan that can be run
			}
			f, err := again.Field("later changed", path)
			if err != nil || !parsed(t, string(f.Value)).equals(parsed(t, value)) {
				t.Errorf("%s = %s is found as %s, %v", path, value, f.Value, err)
			}
		}
	}
}

func TestAmountsOfFields(t *testing.T) {
	tests := []struct {
		f    Field
		want float64
		ok   bool
	}{
		{Field{Quantity: Time, Value: []byte(`"1m30s"`)}, 90, true},
		{Field{Quantity: Share, Value: []byte(`"20%"`)}, 0.2, true},
		{Field{Quantity: Share, Value: []byte(`0.25`)}, 0.25, true},
		{Field{Quantity: Size, Value: []byte(`"16MiB"`)}, 16 << 20, true},
		{Field{Quantity: Limit, Value: []byte(`0`)}, 0, true},
		{Field{Quantity: Count, Value: []byte(`3000`)}, 3000, true},
		{Field{Quantity: Count}, 0, false},
		{Field{Quantity: Word, Value: []byte(`"none"`)}, 0, false},
	}
	for _, tt := range tests {
		if got, ok := tt.f.Amount(); got != tt.want || ok != tt.ok {
			t.Errorf("%v: %v, %v, want %v, %v", tt.f, got, ok, tt.want, tt.ok)
		}
	}
}
