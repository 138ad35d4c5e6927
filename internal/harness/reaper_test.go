package harness

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// victimVar makes the test binary a harness that is killed: "engine state mark
// binary".
const victimVar = "HARNESS_TEST_VICTIM"

// victim brings one node into a state, says so and waits to be killed.
func victim() int {
	var engine, state, mark, binary string
	if _, err := fmt.Sscan(os.Getenv(victimVar), &engine, &state, &mark, &binary); err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 1
	}
	ctx := context.Background()
	options := []Option{Binary(binary), func(c *choice) { c.mark = mark }}
	e, _, err := Choose(ctx, engine, options...)
	if err == nil {
		if strings.HasSuffix(state, "starting") {
			fmt.Fprintln(os.Stdout, "there")
		}
		err = enter(ctx, e, state)
	}
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, "there")
	select {}
}

func enter(ctx context.Context, e Engine, state string) error {
	nodes := []backend.Config{api()}
	if strings.HasPrefix(state, "several") {
		nodes = chain()
	}
	if state == "disk" {
		nodes = []backend.Config{durable()}
	}
	b, err := e.Start(ctx, graph(nodes...), 1)
	if err != nil {
		return err
	}
	switch state {
	case "disk":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.DiskReadOnly})
	case "frozen":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.Freeze})
	case "crashed":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.Crash})
	case "several-crashed":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.Crash, Node: "db"})
	}
	return err
}

func TestNothingOutlivesAKilledHarness(t *testing.T) {
	tests := []struct {
		state string
		// after says when to kill, once the victim is there.
		after func(t *testing.T, e Engine, mark string)
	}{
		{state: "running"},
		{state: "frozen"},
		{state: "crashed"},
		{state: "several-crashed"},
		{state: "disk"},
		{state: "several-starting", after: trace},
		{state: "several-starting", after: some(1000 * time.Millisecond)},
		{state: "starting", after: trace},
		{state: "starting", after: some(50 * time.Millisecond)},
		{state: "starting", after: some(400 * time.Millisecond)},
		{state: "starting", after: some(1200 * time.Millisecond)},
	}
	for _, tt := range tests {
		t.Run(tt.state, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				binary, err := static()
				if err != nil {
					t.Fatal(err)
				}
				mark := choice{}.marked()
				words := strings.Join([]string{e.Name(), tt.state, mark, binary}, " ")
				reapers := runVictim(t, words, func() {
					if tt.after != nil {
						tt.after(t, e, mark)
					}
				})
				awaitNothing(t, e, mark, reapers)
			})
		})
	}
}

// some kills a while later.
func some(d time.Duration) func(*testing.T, Engine, string) {
	return func(*testing.T, Engine, string) { <-time.After(d) }
}

// trace kills as soon as the first thing is there that must not stay.
func trace(t *testing.T, e Engine, mark string) {
	for !slices.ContainsFunc(remains(t, e, mark), func(s string) bool { return !strings.HasPrefix(s, "process") }) {
		<-time.After(time.Millisecond)
	}
}

// runVictim starts a victim, kills it after it said that it is there, and gives
// the numbers of its reapers, which bear no mark.
func runVictim(t *testing.T, words string, after func()) (reapers []int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimVar+"="+words)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	after()
	reapers = childrenOf(t, cmd.Process.Pid, ReaperName)
	// The whole group, as a terminal or a CI runner would.
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if line != "there\n" {
		t.Fatalf("the victim said %q", line)
	}
	return reapers
}

// childrenOf gives the numbers of a process's children that go by a name.
func childrenOf(t *testing.T, parent int, name string) []int {
	t.Helper()
	var found []int
	for _, pid := range allProcesses(t) {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) && goesBy(pid, name) {
			found = append(found, pid)
		}
	}
	return found
}

func goesBy(pid int, name string) bool {
	args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	first, _, _ := bytes.Cut(args, []byte{0})
	return string(first) == name
}

func allProcesses(t *testing.T) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

// awaitNothing waits until no process, directory, container, volume or network of
// the mark is left, and no reaper, which also shows that they end.
func awaitNothing(t *testing.T, e Engine, mark string, reapers []int) {
	t.Helper()
	const soon = time.Minute // however busy the machine is
	deadline := time.Now().Add(soon)
	for {
		left := remains(t, e, mark)
		for _, pid := range reapers {
			if goesBy(pid, ReaperName) {
				left = append(left, fmt.Sprintf("reaper %d", pid))
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v after the kill there was still %s", soon, strings.Join(left, ", "))
		}
		<-time.After(between)
	}
}

func remains(t *testing.T, e Engine, mark string) []string {
	t.Helper()
	var left []string
	for _, pid := range allProcesses(t) {
		if pid == os.Getpid() {
			continue
		}
		env, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if bytes.Contains(env, []byte(mark)) {
			args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			left = append(left, fmt.Sprintf("process %d %q", pid, args))
		}
	}
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), "retrystorm-"+mark+"*"))
	for _, dir := range dirs {
		left = append(left, "the directory "+dir)
	}
	if err != nil {
		t.Error(err)
	}
	if d, ok := e.(docker); ok {
		left = append(left, d.daemon.remains(t, mark)...)
	}
	return left
}

func TestReaperSparesAProcessWithoutTheMark(t *testing.T) {
	mine, other := choice{}.marked(), choice{}.marked()
	cmd := exec.Command("sleep", "60")
	cmd.Env = append(os.Environ(), markVar+"="+other+"0", "X="+markVar+"="+mine)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{mine, other} {
		if found, err := killMarked(mark); found || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
	}
	if found, err := killMarked(other + "0"); !found || err != nil {
		t.Errorf("its own mark: found %v, %v", found, err)
	}
	if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("it ended with %v", err)
	}
}

func TestReaperKnowsWhatIsLeftFromALineCutShort(t *testing.T) {
	dir, container := thing{Kind: aDir, Name: "/tmp/a b\nc"}, thing{Kind: aContainer, Name: "x", Host: "unix:///y"}
	var pipe bytes.Buffer
	for _, n := range []notice{{thing: dir}, {thing: container}, {Gone: true, thing: container}, {thing: thing{Kind: aDir, Name: "/tmp/d"}}} {
		if err := tell(&pipe, n); err != nil {
			t.Fatal(err)
		}
	}
	pipe.Truncate(pipe.Len() - 5)
	if d := cmp.Diff(map[thing]bool{dir: true}, mourn(&pipe)); d != "" {
		t.Error(d)
	}
}
