package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/harness"
)

// markVar is in the environment of a run; what it starts inherits nothing.
const markVar = "RETRYSTORM_STORY"

// running is a retrystorm that runs the shop, for long enough to be disturbed.
type running struct {
	cmd      *exec.Cmd
	mark     string // in the environment of its process, and the name of its node
	reapers  []string
	dir      string // for its result
	out, err bytes.Buffer
	ended    chan struct{}
}

// launch starts a run and waits until terminals have sold something; horizon
// is the shop's, if empty far longer than any test takes.
func launch(t *testing.T, engine, horizon string) *running {
	t.Helper()
	r := &running{mark: "story-" + rand.Text()[:12], dir: filepath.Join(t.TempDir(), "out"), ended: make(chan struct{})}
	r.cmd = exec.Command(program, "run", "testdata/shop.js", "--engine", engine, "--out", r.dir,
		"-e", "NODE="+r.mark, "-e", "HORIZON="+cmp.Or(horizon, "300s"),
		"--", "--out", "json="+filepath.Join(t.TempDir(), "metrics.json"))
	r.cmd.Env = append(os.Environ(), markVar+"="+r.mark)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // the state says how it ended
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		<-r.ended
	})
	metrics := strings.TrimPrefix(r.cmd.Args[len(r.cmd.Args)-1], "json=")
	await(t, time.Minute, "the first sale", func() bool {
		text, err := os.ReadFile(metrics)
		return err == nil && bytes.Contains(text, []byte(`"metric":"retrystorm_goodput","type":"Point"`))
	})
	r.reapers = reapersOf(t, r.cmd.Process.Pid)
	return r
}

// reapersOf gives the /proc directories of a run's reapers. They carry no mark,
// and belong to nobody once the run is gone.
func reapersOf(t *testing.T, parent int) []string {
	t.Helper()
	var found []string
	for _, dir := range processDirs(t) {
		stat, _ := os.ReadFile(filepath.Join(dir, "stat"))
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) && nameOf(dir) == harness.ReaperName {
			found = append(found, dir)
		}
	}
	if len(found) != 1 {
		t.Fatalf("process %d has the reapers %v, want one", parent, found)
	}
	return found
}

func processDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// nameOf gives the name that a process goes by; empty if it has ended.
func nameOf(dir string) string {
	line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
	name, _, _ := strings.Cut(string(line), "\x00")
	return filepath.Base(name)
}

// await polls until a condition holds, and fails the test if it does not in time.
func await(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.After(limit)
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s does not come within %v", what, limit)
		}
	}
}

// exits waits for the run's end and gives its exit code.
func (r *running) exits(t *testing.T, limit time.Duration) int {
	t.Helper()
	select {
	case <-r.ended:
	case <-time.After(limit):
		t.Fatalf("the run does not end within %v", limit)
	}
	return r.cmd.ProcessState.ExitCode()
}

// processes names what runs with the run's mark, or is its reaper.
func (r *running) processes(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, dir := range processDirs(t) {
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		// A backend in a container, which is among containers, has no such variable.
		ours := bytes.Contains(env, []byte(markVar+"=")) || bytes.Contains(env, []byte("RETRYSTORM_MARK="))
		if err == nil && ours && bytes.Contains(env, []byte(r.mark)) {
			names = append(names, nameOf(dir))
		}
	}
	for _, dir := range r.reapers {
		if nameOf(dir) == harness.ReaperName {
			names = append(names, harness.ReaperName)
		}
	}
	return names
}

// containers names the run's containers, in whatever state.
func (r *running) containers(t *testing.T) []string {
	t.Helper()
	c, err := client.New(client.FromEnv)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all, err := c.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: client.Filters{}.Add("label", harness.RunLabel),
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range all.Items {
		found, err := c.ContainerInspect(ctx, one.ID, client.ContainerInspectOptions{})
		if err == nil && strings.Contains(strings.Join(found.Container.Config.Env, "\n"), r.mark) {
			names = append(names, found.Container.Name)
		}
	}
	return names
}

// leavesNothing fails the test unless all that the run has started is soon gone.
func (r *running) leavesNothing(t *testing.T, limit time.Duration) {
	t.Helper()
	await(t, limit, "the end of all processes", func() bool { return len(r.processes(t)) == 0 })
	if noDocker() == nil {
		await(t, limit, "the end of all containers", func() bool { return len(r.containers(t)) == 0 })
	}
}

// backends counts the run's backends, child processes and containers.
func (r *running) backends(t *testing.T) int {
	t.Helper()
	n := 0
	for _, name := range r.processes(t) {
		if name == fakes.Name {
			n++
		}
	}
	if noDocker() == nil {
		n += len(r.containers(t))
	}
	return n
}

// engines gives those that can be had here, and says which cannot.
func engines(t *testing.T) []string {
	t.Helper()
	if err := noDocker(); err != nil {
		t.Logf("not tried in containers: %v", err)
		return []string{"local"}
	}
	return []string{"local", "docker"}
}

func (r *running) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func (r *running) String() string {
	return fmt.Sprintf("process %s\nstdout: %s\nstderr: %s", strconv.Itoa(r.cmd.Process.Pid), &r.out, &r.err)
}
