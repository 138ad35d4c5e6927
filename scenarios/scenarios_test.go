package scenarios_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/scenarios"
)

// program is the retrystorm that runs the scenarios, built once.
var program string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "retrystorm-scenarios-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "retrystorm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "../cmd/retrystorm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build retrystorm: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// run gives what `retrystorm run` prints and its exit code. Simulations give way to
// what other packages run in real time.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	name, args := program, append([]string{"run"}, args...)
	if slices.Contains(args, "sim") {
		name, args = "nice", append([]string{"-n", "15", program}, args...)
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	failure := cmd.Run()
	if exit := new(exec.ExitError); failure != nil && !errors.As(failure, &exit) {
		t.Fatal(failure)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

func TestEachScenarioSaysWhatItIsAndWhatWasChosen(t *testing.T) {
	title := regexp.MustCompile(`^[A-Z].{10,90}$`)
	for _, s := range scenarios.All() {
		text, err := scenarios.Source(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("// "+s.Title+"\n")) || !title.MatchString(s.Title) {
			t.Errorf("%s: the first line is no title: %q", s.Name, s.Title)
		}
		head, _, _ := strings.Cut(string(text), "\nimport ")
		for _, part := range []string{`What the (report states|paper states|books state):`, `What we chose`} {
			if !regexp.MustCompile(`\n// ` + part).MatchString(head) {
				t.Errorf("%s: the comment at its head has no paragraph %q", s.Name, part)
			}
		}
	}
}

// shipped is what comes out of each scenario: its variants, in order, and their
// verdicts. What the literature says must not be changed in the scenario alone.
var shipped = map[string][]outcome{
	"avr-2012": {
		{"as it happened", "recovered"}, {"calls that wait", "recovered"}, {"a pool per server", "recovered"}, {"a standby", "recovered"},
	},
	"brooker-concurrency": {
		{"as stated", "collapsed"}, {"network in the timeout", "collapsed"}, {"one try", "recovered"},
		{"backoff", "recovered"}, {"at most 150 at once", "recovered"},
	},
	"everybodysmile": {
		{"as it happened", "recovered"}, {"clients that hammer", "collapsed"},
		{"clients that tell read-only from down", "recovered"}, {"a failover server", "recovered"},
	},
	"hotos21-retries": {
		{"280/s with retries", "collapsed"}, {"280/s without", "recovered"}, {"140/s with retries", "recovered"},
	},
	"hotos25-queue-bound": {{"queue of 150", "collapsed"}, {"queue of 35", "recovered"}},
	"kounta-friday":       {{"as it happened", "collapsed"}, {"client 4.4.2", "recovered"}},
	"kounta-sunday": {
		{"Friday, 25% on 4.4.2", "collapsed"}, {"Friday, 50% on 4.4.2", "recovered"}, {"Friday, 75% on 4.4.2", "recovered"},
		{"Sunday, all on 4.4.1", "healthy"}, {"Sunday, all on 4.4.2", "healthy"},
		{"Sunday with a spike, all on 4.4.1", "collapsed"}, {"Sunday with a spike, all on 4.4.2", "recovered"},
	},
	"osdi22-metastable": {
		{"case a", "recovered"}, {"case b", "collapsed"}, {"case c", "recovered"}, {"case d", "recovered"},
	},
	"livepos-2015": {
		{"as it happened", "recovered"}, {"all at once", "collapsed"}, {"paced sync", "recovered"},
		{"paced sync, staged admission", "recovered"}, {"dated by the sync", "recovered"},
	},
	"salonmonster":    {{"as it happened", "recovered"}, {"routing setting", "recovered"}, {"routing setting, read-only backup", "recovered"}},
	"layered-retries": {{"as it happened", "collapsed"}, {"retries at one layer only", "recovered"}, {"a budget on each link", "recovered"}},
	"square-2017":     {{"as it happened", "collapsed"}, {"bounded, jittered retries", "recovered"}},
}

// byChance is what is declared of the variants that do not come out alike with
// each seed.
var byChance = map[outcome]string{
	{"as stated", "collapsed"}:           "collapsed or recovered or healthy",
	{"one try", "recovered"}:             "recovered or healthy",
	{"backoff", "recovered"}:             "recovered or healthy",
	{"at most 150 at once", "recovered"}: "recovered or healthy",
}

// outcome is the verdict on a variant.
type outcome struct{ variant, verdict string }

func TestEachScenarioIsValidAndNamesItsVariants(t *testing.T) {
	for _, s := range scenarios.All() {
		_, stderr, code := run(t, "--engine", "sim", s.Name, "--variant", "none of them")
		if code != 104 || len(shipped[s.Name]) == 0 {
			t.Errorf("%s: exit code %d, want 104; its variants should be here: %v\n%s", s.Name, code, shipped[s.Name], stderr)
		}
		var names []string
		for _, o := range shipped[s.Name] {
			names = append(names, o.variant)
		}
		if want := "the scenario has '" + strings.Join(names, "', '") + "'\n"; !strings.Contains(stderr, want) {
			t.Errorf("%s: %q is not in %s", s.Name, want, stderr)
		}
	}
}

func TestUnknownScenarioIsToldTheKnownOnes(t *testing.T) {
	for _, name := range []string{"", "kounta", "kounta-friday.js", "../go", "KOUNTA-FRIDAY"} {
		_, err := scenarios.Source(name)
		if !errors.Is(err, scenarios.ErrUnknown) || !strings.Contains(err.Error(), "kounta-friday") {
			t.Errorf("%q gives %v", name, err)
		}
	}
}

// small is how the Friday is made smaller and faster: a tenth of the terminals
// with twice the demand each, about a quarter of the workers, and half the time
// for everything but the service itself. The demand is a fifth of the shipped
// one's and so is the capacity; as multiples of the demand the spike and the
// capacity are the same, and so are all times as multiples of each other.
var small = []string{
	"const terminals = 2000", "const terminals = 200",
	"every: '20s', deadline: '9s'", "every: '10s', deadline: '4500ms'",
	"timeout: '3s'", "timeout: '1500ms'",
	"base: '1s', cap: '8s'", "base: '500ms', cap: '4s'",
	"window: '30s', open: '15s'", "window: '15s', open: '7500ms'",
	"after: '20s'", "after: '10s'",
	"pace: '8s'", "pace: '4s'",
	"base: '15s', cap: '60s'", "base: '7500ms', cap: '30s'",
	"workers: 23,", "workers: 5,",
	"mean: '100ms'", "mean: '108ms'",
	"at: '20s', for: '8s'", "at: '10s', for: '4s'",
	"horizon: '95s'", "judge: { window: '2s', hold: 3, lag: '1s' }, horizon: '50s'",
}

func TestKountaFridayInSmallCollapsesOrRecoversWithTheClient(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 50 s")
	}
	script, err := scenarios.Source("kounta-friday")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(small); i += 2 {
		if n := bytes.Count(script, []byte(small[i])); n != 1 {
			t.Fatalf("%q is in the script %d times; how it is made smaller must follow it", small[i], n)
		}
	}
	path := filepath.Join(t.TempDir(), "small.js")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(small...).Replace(string(script))), 0o600); err != nil {
		t.Fatal(err)
	}
	for variant, verdict := range map[string]string{"as it happened": "collapsed", "client 4.4.2": "recovered"} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel() // they mostly wait
			stdout, stderr, code := run(t, "--engine", "local", path, "--variant", variant)
			if code != 0 || !regexp.MustCompile(`verdict +│ `+verdict).MatchString(stdout) {
				t.Errorf("exit code %d, want 0 and %s\n%s%s", code, verdict, stdout, stderr)
			}
		})
	}
}
