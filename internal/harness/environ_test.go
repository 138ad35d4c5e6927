package harness

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/fakes"
)

// environ gives the names of a process's variables.
func environ(t *testing.T, pid string) []string {
	t.Helper()
	text, err := os.ReadFile("/proc/" + pid + "/environ")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for v := range strings.SplitSeq(strings.TrimRight(string(text), "\x00"), "\x00") {
		name, _, _ := strings.Cut(v, "=")
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestChildrenInheritNothingButWhatTheyNeed(t *testing.T) {
	for _, name := range []string{"AWS_SECRET_ACCESS_KEY", "K6_CLOUD_TOKEN", "HTTPS_PROXY", "GOMAXPROCS", "TMPDIR"} {
		value := "secret"
		if name == "TMPDIR" {
			value = t.TempDir()
		}
		t.Setenv(name, value)
	}
	t.Setenv("LD_LIBRARY_PATH", "/opt/lib")
	t.Setenv("DOCKER_HOST", "unix:///nowhere")
	n := start(t, Local(), api())
	if diff := cmp.Diff([]string{"LD_LIBRARY_PATH", fakes.ConfigVar, markVar}, environ(t, strconv.Itoa(pid(t, n)))); diff != "" {
		t.Errorf("the backend's environment (-want +got):\n%s", diff)
	}
	before := childrenOf(t, os.Getpid(), ReaperName)
	pipe, err := startReaper()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	young := slices.DeleteFunc(childrenOf(t, os.Getpid(), ReaperName), func(pid int) bool { return slices.Contains(before, pid) })
	if len(young) != 1 {
		t.Fatalf("the new reapers are %v", young)
	}
	got := environ(t, strconv.Itoa(young[0]))
	want := []string{"DOCKER_HOST", "LD_LIBRARY_PATH"}
	for _, name := range ofDocker[1:] {
		if os.Getenv(name) != "" {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reaper's environment (-want +got):\n%s", diff)
	}
}

func TestADirectoryThatTMPDIRNamesIsNotMade(t *testing.T) {
	missing := t.TempDir() + "/missing"
	t.Setenv("TMPDIR", missing)
	_, err := Local().Start(t.Context(), graph(api()), 1)
	if err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("it was made")
	}
}
