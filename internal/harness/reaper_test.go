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
		if state == "starting" {
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
	b, err := e.Start(ctx, api(), 1)
	if err != nil {
		return err
	}
	switch state {
	case "frozen":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.Freeze})
	case "crashed":
		_, err = b.Inject(ctx, fault.Event{Kind: fault.Crash})
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
				runVictim(t, words, func() {
					if tt.after != nil {
						tt.after(t, e, mark)
					}
				})
				awaitNothing(t, e, mark)
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

// runVictim starts a victim, and kills it after it said that it is there.
func runVictim(t *testing.T, words string, after func()) {
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
	// The whole group, as a terminal or a CI runner would.
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if line != "there\n" {
		t.Fatalf("the victim said %q", line)
	}
}

// awaitNothing waits until no process, directory, container or volume of the
// mark is left, the reaper included, which also shows that it ends.
func awaitNothing(t *testing.T, e Engine, mark string) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		left := remains(t, e, mark)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("15 s after the kill there was still %s", strings.Join(left, ", "))
		}
		<-time.After(between)
	}
}

func remains(t *testing.T, e Engine, mark string) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if bytes.Contains(env, []byte(mark)) {
			args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			left = append(left, fmt.Sprintf("process %d %q", pid, args))
		}
	}
	if _, err := os.Stat(filepath.Join(os.TempDir(), "retrystorm-"+mark)); err == nil {
		left = append(left, "the directory")
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
	dir, box := thing{Kind: aDir, Name: "/tmp/a b\nc"}, thing{Kind: aContainer, Name: "x", Host: "unix:///y"}
	var pipe bytes.Buffer
	for _, n := range []notice{{thing: dir}, {thing: box}, {Gone: true, thing: box}, {thing: thing{Kind: aDir, Name: "/tmp/d"}}} {
		if err := tell(&pipe, n); err != nil {
			t.Fatal(err)
		}
	}
	pipe.Truncate(pipe.Len() - 5)
	if d := cmp.Diff(map[thing]bool{dir: true}, mourn(&pipe)); d != "" {
		t.Error(d)
	}
}
