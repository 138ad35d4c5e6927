package experiment

import (
	"strings"
	"testing"
)

func TestFieldsStandAtEachPlaceOfAPath(t *testing.T) {
	d, err := Open([]byte(`{"name": "x", "horizon": "10m",
		"fleet": [
			{"cohort": "a", "terminals": 10, "sale": {"every": "1s"}, "timeout": "1s"},
			{"cohort": "b", "terminals": 30, "sale": {"every": "1s"}, "timeout": "2s"}],
		"backend": {"nodes": [{"name": "api", "workers": 4, "service": {"mean": "10ms"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"fleet.*.terminals":           "fleet.0.terminals=10 fleet.1.terminals=30",
		"fleet.*.timeout":             `fleet.0.timeout="1s" fleet.1.timeout="2s"`,
		"fleet.b.terminals":           "fleet.b.terminals=30",
		"backend.nodes.*.workers":     "backend.nodes.0.workers=4",
		"backend.nodes.*.queue.limit": "backend.nodes.0.queue.limit=1000",
	} {
		all, err := d.Fields(AsDeclared, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var got []string
		for _, f := range all {
			got = append(got, f.Path+"="+string(f.Value))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s is %s, want %s", path, s, want)
		}
	}
	for _, path := range []string{"fleet.*.terminal", "timeline.*.at", "fleet.*.sale"} {
		if all, err := d.Fields(AsDeclared, path); err == nil && all[0].Quantity != Other {
			t.Errorf("%s is %v", path, all)
		}
	}
}
