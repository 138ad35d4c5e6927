package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// job is a job of a pipeline as its system runs it: commands, each in a shell
// of its own, and what is kept of their work.
type job struct {
	env   map[string]string
	steps []command
	kept  []string // paths that are uploaded, whatever happened
	junit string   // the one that the system reads, if it does
}

// command is a shell script; one that is not always run is left out once
// another has failed.
type command struct {
	script string
	always bool
}

var (
	fences = regexp.MustCompile("(?ms)^```yaml\n# (\\S+)\n(.*?)^```$")
	action = regexp.MustCompile(`^[a-z-]+/[a-z-]+@v\d+$`)
)

// uploading is GitHub's action that keeps files.
const uploading = "actions/upload-artifact" //nolint:misspell // its name

// document gives a YAML file that docs/ci.md shows, which must have nothing that
// a pipeline's form does not name.
func document(t *testing.T, name string, form any) {
	t.Helper()
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range fences.FindAllStringSubmatch(string(text), -1) {
		if found[1] != name {
			continue
		}
		if n := strings.Count(found[2], "\n"); n > 16 {
			t.Errorf("%s has %d lines in docs/ci.md, more than about a dozen", name, n)
		}
		read := yaml.NewDecoder(strings.NewReader(found[2]))
		read.KnownFields(true)
		if err := read.Decode(form); err != nil {
			t.Fatalf("%s in docs/ci.md: %v", name, err)
		}
		return
	}
	t.Fatalf("docs/ci.md shows no %s", name)
}

// github gives the job of the workflow for GitHub Actions.
func github(t *testing.T) job {
	t.Helper()
	var w struct {
		On   []string
		Jobs map[string]struct {
			RunsOn string `yaml:"runs-on"`
			Env    map[string]string
			Steps  []struct {
				If, Uses, Run string
				With          map[string]string
			}
		}
	}
	document(t, ".github/workflows/retrystorm.yml", &w)
	only, ok := w.Jobs["retrystorm"]
	if len(w.Jobs) != 1 || !ok || len(w.On) == 0 || only.RunsOn != "ubuntu-latest" {
		t.Fatalf("it is no workflow of one job: %+v", w)
	}
	j := job{env: only.Env}
	var uses []string
	for _, s := range only.Steps {
		if s.If != "" && s.If != "always()" || (s.Uses == "") == (s.Run == "") {
			t.Fatalf("this test does not know such a step: %+v", s)
		}
		if s.Run != "" {
			j.steps = append(j.steps, command{"set -e\n" + s.Run, s.If != ""})
			continue
		}
		name, _, _ := strings.Cut(s.Uses, "@")
		uses = append(uses, name)
		if !action.MatchString(s.Uses) {
			t.Errorf("%s is not an action with its major version", s.Uses)
		}
		if name == uploading && s.If != "" {
			j.kept = append(j.kept, s.With["path"])
		}
	}
	if d := cmp.Diff([]string{"actions/checkout", "actions/setup-go", uploading}, uses); d != "" {
		t.Error(d)
	}
	return j
}

// gitlab gives the job for GitLab, whose script is one and ends with the first
// command that fails.
func gitlab(t *testing.T) job {
	t.Helper()
	var file map[string]struct {
		Image     string
		Variables map[string]string
		Script    []string
		Kept      struct {
			When    string
			Paths   []string
			Reports struct{ JUnit string }
		} `yaml:"artifacts"` //nolint:misspell // GitLab's word
	}
	document(t, ".gitlab-ci.yml", &file)
	only, ok := file["retrystorm"]
	if len(file) != 1 || !ok || !strings.HasPrefix(only.Image, "golang:") {
		t.Fatalf("it is no job of its own with Go: %+v", file)
	}
	j := job{env: only.Variables, junit: only.Kept.Reports.JUnit}
	j.steps = []command{{"set -eo pipefail\n" + strings.Join(only.Script, "\n"), false}}
	if only.Kept.When == "always" {
		j.kept = only.Kept.Paths
	}
	return j
}

// workplace is where a job's commands run, with a go that installs the program
// under test instead of downloading it.
type workplace struct{ dir string }

func newWorkplace(t *testing.T) workplace {
	t.Helper()
	w := workplace{t.TempDir()}
	w.write(t, "home/go", 0o700, `#!/bin/sh
if [ "$*" != "install github.com/retrystorm/retrystorm/cmd/retrystorm@latest" ]; then echo "go $*: not expected"; exit 1; fi
if [ "$CGO_ENABLED" != 0 ]; then echo "the program would need the system's libraries, which a container does not have"; exit 1; fi
exec ln -s "$PROGRAM" "$HOME/retrystorm"
`)
	shop, err := os.ReadFile("testdata/shop.js")
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "my-release.js", 0o600, string(shop))
	return w
}

func (w workplace) write(t *testing.T, name string, mode os.FileMode, text string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// read gives a file's text; none if it is not there.
func (w workplace) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// perform runs a job's commands on the simulator and gives the exit code of the
// first that fails, and what was printed. The scenario reads change.
func (w workplace) perform(t *testing.T, j job, change string) (code int, said string) {
	t.Helper()
	env := []string{
		"PATH=" + filepath.Join(w.dir, "home") + ":/usr/bin:/bin", "HOME=" + filepath.Join(w.dir, "home"),
		"PROGRAM=" + program, "GITHUB_STEP_SUMMARY=" + filepath.Join(w.dir, "home/summary.md"), "CHANGE=" + change,
	}
	for key, value := range j.env {
		if key == "RETRYSTORM_ENGINE" {
			value = "sim"
		}
		env = append(env, key+"="+value)
	}
	for _, s := range j.steps {
		if code != 0 && !s.always {
			continue
		}
		cmd := exec.Command("bash", "-c", s.script)
		cmd.Dir, cmd.Env = w.dir, env
		out, err := cmd.CombinedOutput()
		said += string(out)
		if exit := new(exec.ExitError); errors.As(err, &exit) {
			if s.always {
				t.Errorf("what always runs must not fail: %s: %s", s.script, out)
			}
			code = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return code, said
}

// systems are the pipelines that docs/ci.md shows.
var systems = map[string]func(*testing.T) job{"GitHub Actions": github, "GitLab": gitlab}

func TestPipelineEndsAsTheGateDoesAndKeepsTheReports(t *testing.T) {
	const endless = `d.timeline = [{ kind: "crash", at: "2s", for: "1s" }]; ` +
		`d.fleet[0].retry = { backoff: "immediate", maxAttempts: "unbounded" }`
	changes := map[string]struct {
		change string
		code   int
	}{
		"as expected":     {"", 0},
		"not as expected": {`d.expect = "collapsed"`, 99},
		"invalid":         {endless, 110},
		"bad scenario":    {"d.horizon = 8", 104},
	}
	for system, read := range systems {
		j := read(t)
		for name, test := range changes {
			t.Run(system+", "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorkplace(t)
				code, said := w.perform(t, j, test.change)
				if code != test.code {
					t.Fatalf("the job ends with %d, want %d: %s", code, test.code, said)
				}
				if code != 104 { // nothing was started then
					w.kept(t, j)
				}
			})
		}
	}
}

// kept checks the reports that a job has made and keeps.
func (w workplace) kept(t *testing.T, j job) {
	t.Helper()
	if !slices.Contains(j.kept, "out/") {
		t.Errorf("only %q are kept", j.kept)
	}
	for _, name := range []string{"result.json", "report.html", "report.md", "junit.xml"} {
		if w.read(t, "out/"+name) == "" {
			t.Errorf("there is no out/%s", name)
		}
	}
	var r struct{ Engine string }
	if err := json.Unmarshal([]byte(w.read(t, "out/result.json")), &r); err != nil || r.Engine != "sim" {
		t.Errorf("the engine that the environment asks for is not taken, but %q: %v", r.Engine, err)
	}
	if j.junit == "" {
		if summary := w.read(t, "home/summary.md"); summary != w.read(t, "out/report.md") || !strings.Contains(summary, "| --") {
			t.Errorf("the job's summary is not the report in Markdown, but %.200q", summary)
		}
		return
	}
	if err := wellFormed(w.read(t, j.junit)); err != nil || !strings.Contains(w.read(t, j.junit), "<testcase ") {
		t.Errorf("%s holds no test cases: %v", j.junit, err)
	}
}

func wellFormed(text string) error {
	read := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := read.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestPipelineComparesWithABaselineWhereThereIsOne(t *testing.T) {
	const both = "d.variants = { a: {}, b: {} }"
	for system, read := range systems {
		j := read(t)
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			w := newWorkplace(t)
			if code, said := w.perform(t, j, both); code != 0 {
				t.Fatalf("the baseline ends with %d: %s", code, said)
			}
			w.write(t, "baseline/result.json", 0o600, w.read(t, "out/result.json"))
			again := newWorkplace(t)
			again.write(t, "baseline/result.json", 0o600, w.read(t, "out/result.json"))
			if code, said := again.perform(t, j, both); code != 0 {
				t.Errorf("the same again ends with %d: %s", code, said)
			}
			less := newWorkplace(t)
			less.write(t, "baseline/result.json", 0o600, w.read(t, "out/result.json"))
			if code, said := less.perform(t, j, "d.variants = { a: {} }"); code != 99 {
				t.Errorf("a variant less ends with %d, want 99: %s", code, said)
			}
			less.kept(t, j)
		})
	}
}

// TestModuleCanBeInstalledByItsPath holds what `go install` asks of a module.
func TestModuleCanBeInstalledByItsPath(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json", "../../go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Module           struct{ Path string }
		Replace, Exclude []any
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if mod.Module.Path != "github.com/retrystorm/retrystorm" || len(mod.Replace)+len(mod.Exclude) > 0 {
		t.Errorf("go install refuses a module with replacements or exclusions: %+v", mod)
	}
}
