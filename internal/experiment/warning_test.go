package experiment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// serving is a node that serves for so long and has some links.
func serving(name string, mean time.Duration, links ...caller.Config) backend.Config {
	return backend.Config{Name: name, Workers: 4, Service: backend.Service{Mean: mean}, Calls: links}
}

// again is a link that retries at once.
func again(timeout time.Duration, to ...string) caller.Config {
	c := once(timeout, to...)
	c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
	return c
}

// once is a link without retries.
func once(timeout time.Duration, to ...string) caller.Config {
	c := caller.Config{To: to, Timeout: timeout}
	if len(to) > 1 {
		c.Target = caller.RoundRobin
	}
	return c
}

func TestRetriesThatComeTooLateAreWarnedOf(t *testing.T) {
	const ms, sec = time.Millisecond, time.Second
	const late = "So an attempt that times out is never retried while anybody waits; make it shorter than "
	tests := map[string]struct {
		nodes []backend.Config
		want  []string
	}{
		"no links":                  {[]backend.Config{serving("api", 100*ms)}, nil},
		"time for a retry":          {[]backend.Config{serving("api", 100*ms, again(1899*ms, "db")), serving("db", 10*ms)}, nil},
		"late, and without retries": {[]backend.Config{serving("api", 100*ms, once(5*sec, "db")), serving("db", 10*ms)}, nil},
		"just too late": {[]backend.Config{serving("api", 100*ms, again(1900*ms, "db")), serving("db", 10*ms)}, []string{
			"backend.nodes[0].calls[0].timeout: is 1.9s, and whoever calls 'api' has waited 2s by then at the most: " +
				"100ms of its own service and 1.9s for the first attempt make 2s. " + late + "1.9s",
		}},
		"the second link": {[]backend.Config{serving("api", 100*ms, again(sec, "cache"), again(3*sec, "db")), serving("cache", ms), serving("db", ms)}, []string{
			"backend.nodes[0].calls[1].timeout: is 3s, and whoever calls 'api' has waited 2s by then at the most: " +
				"100ms of its own service and 3s for the first attempt make 3.1s. " + late + "1.9s",
		}},
		// The gateway waits half a second for the app, so that the app's second is too long.
		"behind a link that waits for less": {[]backend.Config{
			serving("gateway", ms, again(500*ms, "app")), serving("app", ms, again(sec, "db")), serving("db", ms),
		}, []string{
			"backend.nodes[1].calls[0].timeout: is 1s, and whoever calls 'app' has waited 500ms by then at the most: " +
				"1ms of its own service and 1s for the first attempt make 1.001s. " + late + "499ms",
		}},
		// However long the gateway would wait, its terminals wait for two seconds.
		"behind a link that waits for more": {[]backend.Config{
			serving("gateway", ms, once(60*sec, "app")), serving("app", ms, again(2*sec, "db")), serving("db", ms),
		}, []string{
			"backend.nodes[1].calls[0].timeout: is 2s, and whoever calls 'app' has waited 2s by then at the most: " +
				"1ms of its own service and 2s for the first attempt make 2.001s. " + late + "1.999s",
		}},
		"one caller of two waits long enough": {[]backend.Config{
			serving("gateway", ms, once(100*ms, "a"), once(1500*ms, "b")),
			serving("a", ms, once(sec, "db")), serving("b", ms, once(sec, "db")),
			serving("db", ms, again(800*ms, "disk")), serving("disk", ms),
		}, nil},
		"callees declared first": {[]backend.Config{serving("db", ms), serving("app", ms, again(sec, "db")), serving("gateway", ms, once(500*ms, "app"))}, []string{
			"backend.nodes[1].calls[0].timeout: is 1s, and whoever calls 'app' has waited 500ms by then at the most: " +
				"1ms of its own service and 1s for the first attempt make 1.001s. " + late + "499ms",
		}},
		"no time at all": {[]backend.Config{serving("api", 3*sec, again(sec, "db")), serving("db", ms)}, []string{
			"backend.nodes[0].calls[0].timeout: is 1s, and whoever calls 'api' has waited 2s by then at the most: " +
				"3s of its own service and 1s for the first attempt make 4s. " + late + "0s",
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := Plan{Fleet: []terminal.Config{{Timeout: time.Second}, {Timeout: 2 * time.Second}}, Backend: Backend{Nodes: tt.nodes}}
			for i := range p.Backend.Nodes {
				name := p.Backend.Nodes[i].Name
				p.Backend.Nodes[i].Ledger = new(name == "api" || name == "gateway") // the entry
			}
			var got []string
			for _, w := range p.Warnings() {
				got = append(got, w.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWarningSaysWhichVariantItIsOf(t *testing.T) {
	const nodes = `"backend": {"nodes": [
		{"name": "api", "workers": 4, "service": {"mean": "100ms"}, "calls": [{"to": "db", "timeout": "3s", "retry": {"backoff": "immediate", "maxAttempts": 2}}]},
		{"name": "db", "workers": 4, "service": {"mean": "1ms"}}]}`
	late := edited(t, small, edit{`"backend": {"nodes": [` + oneNode + `]}`, nodes})
	for declaration, want := range map[string][]string{
		late:  {"backend.nodes[0].calls[0].timeout"},
		small: nil,
		with(late, `"variants": {"a": {}, "b": {"backend": {"nodes": [`+oneNode+`]}}, "c \"d\"": {}}`): {
			`variants["a"].backend.nodes[0].calls[0].timeout`, `variants["c \"d\""].backend.nodes[0].calls[0].timeout`,
		},
	} {
		e, err := Decode([]byte(declaration))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range e.Variants {
			for _, w := range e.Variants[i].Warnings() {
				got = append(got, w.Path)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("paths (-want +got):\n%s", diff)
		}
	}
}
