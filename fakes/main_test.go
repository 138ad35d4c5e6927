package fakes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
)

func TestMain(m *testing.M) {
	TakeOver()
	crashRole()
	os.Exit(m.Run())
}

// usable is a configuration whose ports are free, or were a moment ago.
func usable(t testing.TB) Config {
	t.Helper()
	return Config{
		Node: backend.Config{
			Name: "api", Workers: 4, Service: backend.Service{Mean: time.Millisecond},
		},
		Token: "secret", Load: free(t), Control: free(t), Dir: t.TempDir(),
	}
}

// free gives an address on which nobody listens. Its port lies below those from which
// Linux takes the ends of outgoing connections (32768 and up, see ip(7)), so that none
// of another program's takes it before it is used.
func free(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10240+rand.IntN(32768-10240)))
		if err != nil {
			continue
		}
		defer l.Close()
		return l.Addr().String()
	}
	t.Fatal("of a hundred ports none is free")
	return ""
}

// child starts this test binary as the backend.
func child(t testing.TB, cfg Config) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	text, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return childWith(t, string(text))
}

func childWith(t testing.TB, config string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := &exec.Cmd{
		Path: self, Args: []string{"/" + Name}, Env: []string{ConfigVar + "=" + config}, Stderr: &stderr,
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, &stderr
}

func code(t testing.TB, cmd *exec.Cmd) int {
	t.Helper()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// eventually waits until something that goes on beside the test has come true.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("never: %s", what)
		}
	}
}

func ready(t testing.TB, cfg Config) Control {
	t.Helper()
	c := Control{Addr: cfg.Control, Token: cfg.Token}
	eventually(t, "ready", func() bool { return c.Ready(t.Context()) == nil })
	return c
}

func TestBackendServesUntilToldToStop(t *testing.T) {
	cfg := usable(t)
	cmd, stderr := child(t, cfg)
	c := ready(t, cfg)
	if got := post(t, cfg.Load, "7-1", "42"); got.status != 201 {
		t.Fatalf("the sale was answered with %d", got.status)
	}
	if err := c.Beat(t.Context()); err != nil {
		t.Error(err)
	}
	s, err := c.Stats(t.Context())
	if err != nil || s.Arrived != 1 || s.Served != 1 || s.Recorded != 1 || s.CPU <= 0 || s.Uptime <= 0 {
		t.Errorf("stats %+v, error %v", s, err)
	}
	want := []Entry{{Terminal: 7, Sale: 1, SoldAt: 42, Copies: 1}}
	if diff := cmp.Diff(want, entries(t, c)); diff != "" {
		t.Error(diff)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := code(t, cmd); got != 0 || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", got, stderr)
	}
}

func entries(t *testing.T, c Control) []Entry {
	t.Helper()
	var all []Entry
	if err := c.Ledger(t.Context(), func(e Entry) { all = append(all, e) }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestIdleBackendDoesNothingUntilToldToStop(t *testing.T) {
	// So that no signal ends the test, not even one that is delivered after this.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	// With no configuration one that is not idle ends by itself, with another code.
	go func() {
		ended <- Main(func(name string) string { return map[string]string{IdleVar: "1"}[name] }, &stderr)
	}()
	eventually(t, "it has ended", func() bool {
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		return len(ended) > 0
	})
	if c := <-ended; c != exitStopped || stderr.Len() > 0 {
		t.Errorf("it ended with code %d and said %q", c, stderr.String())
	}
}

func TestLedgerOutlivesAKill(t *testing.T) {
	cfg := usable(t)
	cmd, _ := child(t, cfg)
	ready(t, cfg)
	if got := post(t, cfg.Load, "1-1", "5"); got.status != 201 {
		t.Fatalf("the sale was answered with %d", got.status)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	child(t, cfg)
	ready(t, cfg)
	if got := post(t, cfg.Load, "1-1", "5"); got.status != 200 {
		t.Errorf("the sale that was recorded before the kill was answered with %d", got.status)
	}
}

func TestBackendEndsWithoutHeartbeat(t *testing.T) {
	cfg := usable(t)
	cfg.Orphaned = 20 * time.Millisecond
	cmd, stderr := child(t, cfg)
	if got := code(t, cmd); got != 3 || !strings.Contains(stderr.String(), "no heartbeat") {
		t.Errorf("exit code %d, stderr %q", got, stderr)
	}
}

func TestBackendSaysWhyItCannotStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		spoil func(*Config)
		code  int
		says  string
	}{
		"load port taken":    {func(c *Config) { c.Load = taken.Addr().String() }, 1, "taking load on " + taken.Addr().String()},
		"control port taken": {func(c *Config) { c.Control = taken.Addr().String() }, 1, "taking orders on"},
		"folder is a file":   {func(c *Config) { c.Dir = file }, 1, file},
		"no workers":         {func(c *Config) { c.Node.Workers = 0 }, 2, "node.workers"},
		"nobody to call":     {func(c *Config) { c.Node.Calls = []caller.Config{linkTo("db")} }, 2, "links.db.addr: is missing"},
		"no token":           {func(c *Config) { c.Token = "" }, 2, "token: is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := usable(t)
			tt.spoil(&cfg)
			cmd, stderr := child(t, cfg)
			if got := code(t, cmd); got != tt.code || !strings.Contains(stderr.String(), tt.says) ||
				strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("exit code %d, stderr %q", got, stderr)
			}
		})
	}
}

func TestBackendRefusesAConfigurationThatItCannotRead(t *testing.T) {
	for _, text := range []string{"", "{", `{"unheard":1}`, `{"node":{"service":{"work":"slept"}}}`} {
		cmd, stderr := childWith(t, text)
		if got := code(t, cmd); got != 2 || !strings.Contains(stderr.String(), ConfigVar) {
			t.Errorf("%q: exit code %d, stderr %q", text, got, stderr)
		}
	}
}

func TestControlPortWantsItsToken(t *testing.T) {
	cfg := usable(t)
	child(t, cfg)
	ready(t, cfg)
	for _, token := range []string{"", "wrong", "secre", "secrets"} {
		c := Control{Addr: cfg.Control, Token: token}
		if err := c.Beat(t.Context()); !errors.Is(err, ErrToken) {
			t.Errorf("token %q: Beat gave %v", token, err)
		}
		if err := c.Ledger(t.Context(), func(Entry) {}); !errors.Is(err, ErrToken) {
			t.Errorf("token %q: Ledger gave %v", token, err)
		}
	}
}

func TestControlHonoursItsContext(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // connects, as the kernel does that, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if err := (Control{Addr: deaf.Addr().String()}).Beat(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Beat gave %v", err)
	}
}
