package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	prompb "buf.build/gen/go/prometheus/prometheus/protocolbuffers/go"
	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/proto"
)

// receiver takes remote writes as a Prometheus does and keeps the labels of
// each metric.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	labels map[string]map[string]bool
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{labels: map[string]map[string]bool{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		packed, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		text, err := snappy.Decode(nil, packed)
		if err != nil {
			t.Error(err)
		}
		var sent prompb.WriteRequest
		if err := proto.Unmarshal(text, &sent); err != nil {
			t.Error(err)
		}
		r.keep(&sent)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) keep(sent *prompb.WriteRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, series := range sent.GetTimeseries() {
		labels := map[string]bool{}
		var name string
		for _, l := range series.GetLabels() {
			labels[l.GetName()] = true
			if l.GetName() == "__name__" {
				name = l.GetValue()
			}
		}
		if r.labels[name] == nil {
			r.labels[name] = labels
		}
		for l := range labels {
			r.labels[name][l] = true
		}
	}
}

// What the queries of a dashboard are made of.
var (
	expr     = regexp.MustCompile(`(?m)"(?:expr|query)": ("(?:[^"\\]|\\.)*")`)
	metric   = regexp.MustCompile(`k6_\w+`)
	selector = regexp.MustCompile(`[{,] ?(\w+)=`)
	grouped  = regexp.MustCompile(`(?:by|on) \(([^)]*)\)`)
	divided  = regexp.MustCompile(` / on \([^)]*\) group_left \(\) `)
)

// labelsAsked gives the labels that the dashboard's queries use of each metric: those
// that they choose series by, and those that they group them by.
func labelsAsked(t *testing.T) map[string]map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../reports/grafana/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]bool{}
	for _, found := range expr.FindAllStringSubmatch(string(text), -1) {
		var query string
		if err := json.Unmarshal([]byte(found[1]), &query); err != nil {
			t.Fatal(err)
		}
		for _, side := range divided.Split(query, -1) {
			askedBy(side, all)
		}
	}
	return all
}

// askedBy notes the metrics of one side of a query, with the labels that it uses.
func askedBy(query string, all map[string]map[string]bool) {
	var labels []string
	for _, l := range selector.FindAllStringSubmatch(query, -1) {
		labels = append(labels, l[1])
	}
	for _, g := range grouped.FindAllStringSubmatch(query, -1) {
		labels = append(labels, strings.Split(g[1], ", ")...)
	}
	for _, name := range metric.FindAllString(query, -1) {
		if all[name] == nil {
			all[name] = map[string]bool{}
		}
		for _, l := range labels {
			all[name][l] = true
		}
	}
}

// TestRunSendsPrometheusWhatTheDashboardAsksFor needs two runs: virtual time has
// no cohorts and tells of no single sale, and a healthy run has no recovery.
func TestRunSendsPrometheusWhatTheDashboardAsksFor(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	for _, args := range [][]string{
		{"--engine", "sim", "--nothing-lost", "-e", `CHANGE=d.timeline = [{ kind: "crash", at: "2s", for: "1s" }]; d.horizon = "12s"`},
		{"--engine", "local"},
	} {
		args = append(append([]string{"run", "testdata/shop.js"}, args...), "--", "--out", "experimental-prometheus-rw", "--tag", "testid=7")
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), "K6_PROMETHEUS_RW_SERVER_URL="+r.URL, "K6_PROMETHEUS_RW_TREND_STATS=p(50),p(95),p(99)")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	queries := labelsAsked(t)
	if len(queries) < 5 {
		t.Fatalf("the dashboard asks for %d metrics only", len(queries))
	}
	for name, labels := range queries {
		if r.labels[name] == nil {
			t.Errorf("no run sends %s", name)
			continue
		}
		for l := range labels {
			if !r.labels[name][l] {
				t.Errorf("%s has no label %s", name, l)
			}
		}
	}
}
