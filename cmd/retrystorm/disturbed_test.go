package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
)

func TestABackendKilledByHandIsNoFinding(t *testing.T) {
	for _, engine := range engines(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := launch(t, engine, "10s") // so that it is still there when it is killed
			if engine == "docker" {
				r.killContainer(t)
			} else {
				r.killProcess(t)
			}
			if got := r.exits(t, time.Minute); got != 110 {
				t.Errorf("exit code %d, want 110; %v", got, r)
			}
			flat := strings.Join(strings.Fields(r.out.String()), " ")
			if !strings.Contains(flat, "│ invalid") || !strings.Contains(flat, "as declared: The run proves nothing: at ") ||
				!strings.Contains(flat, "which nobody ordered") {
				t.Errorf("it does not say so: %v", r)
			}
		})
	}
}

// killProcess kills the run's backend by its number.
func (r *running) killProcess(t *testing.T) {
	t.Helper()
	for _, dir := range processDirs(t) {
		env, _ := os.ReadFile(filepath.Join(dir, "environ"))
		if nameOf(dir) != fakes.Name || !bytes.Contains(env, []byte(r.mark)) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		return
	}
	t.Error("there is no backend to kill")
}

func (r *running) killContainer(t *testing.T) {
	t.Helper()
	c, err := client.New(client.FromEnv)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	names := r.containers(t)
	if len(names) != 1 {
		t.Fatalf("the containers are %v, want one", names)
	}
	if _, err := c.ContainerKill(t.Context(), strings.TrimPrefix(names[0], "/"), client.ContainerKillOptions{Signal: "KILL"}); err != nil {
		t.Error(err)
	}
}
