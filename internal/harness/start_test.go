package harness

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
)

// instances gives each engine's way to build an instance.
func instances(t *testing.T, e Engine) maker {
	t.Helper()
	if d, ok := e.(docker); ok {
		image, err := d.image(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return func(p place, id string, c fakes.Config) (instance, error) {
			return newContainer(d.daemon, image, "", p, id, c)
		}
	}
	return func(_ place, id string, c fakes.Config) (instance, error) {
		c.Dir = filepath.Join(t.TempDir(), id)
		return &process{binary: os.Args[0], mark: id, cfg: c}, nil
	}
}

// alone is the place of a node in a run of its own.
func alone() place { return place{run: choice{}.marked(), alone: true, entry: true} }

func anAPI() fakes.Config { return fakes.Config{Node: api(), Seed: 1} }

func TestTakenPortIsExchangedForAnother(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		build := instances(t, e)
		builds := 0
		b, err := launch(t.Context(), alone(), anAPI(), func(p place, id string, cfg fakes.Config) (instance, error) {
			if builds++; builds == 1 {
				cfg.Load = taken.Addr().String()
			}
			return build(p, id, cfg)
		})
		if err != nil {
			t.Fatal(err)
		}
		if builds != 2 {
			t.Errorf("%d instances were built, want 2", builds)
		}
		if err := b.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestPortThatStaysTakenIsSaid(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		build := instances(t, e)
		var all []instance
		_, err = launch(t.Context(), alone(), anAPI(), func(p place, id string, cfg fakes.Config) (instance, error) {
			cfg.Control = taken.Addr().String()
			v, err := build(p, id, cfg)
			all = append(all, v)
			return v, err
		})
		if !errors.Is(err, errTaken) {
			t.Errorf("got %v", err)
		}
		t.Log(err)
		for _, v := range all {
			gone(t, &node{instance: v})
		}
	})
}

func TestBackendThatExitsAtOnceIsQuoted(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		_, err := e.Start(t.Context(), graph(backend.Config{Name: "api", Workers: -1}), 1)
		if err == nil || !strings.Contains(err.Error(), "workers") || !errors.Is(err, errGone) {
			t.Errorf("got %v", err)
		}
		t.Log(err)
	})
}

func TestBackendThatNeverGetsReadyIsTakenDown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	mute := filepath.Join(t.TempDir(), "mute")
	if err := os.WriteFile(mute, []byte("#!/bin/sh\nexec sleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	build := instances(t, Local())
	var made instance
	_, err := launch(ctx, alone(), anAPI(), func(p place, id string, cfg fakes.Config) (_ instance, err error) {
		made, err = build(p, id, cfg)
		made.(*process).binary = mute
		return made, err
	})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("got %v", err)
	}
	gone(t, &node{instance: made})
}

func TestStartThatIsInterruptedLeavesNothing(t *testing.T) {
	for _, after := range []time.Duration{0, 30 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				build := instances(t, e)
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				var made instance
				b, err := launch(ctx, alone(), anAPI(), func(p place, id string, cfg fakes.Config) (_ instance, err error) {
					made, err = build(p, id, cfg)
					return made, err
				})
				if err == nil { // it was quicker
					err = b.Stop(t.Context())
					if err != nil {
						t.Error(err)
					}
				}
				gone(t, &node{instance: made})
			})
		})
	}
}

func TestReaperIsNotStartedByAProgramThatCannotBecomeIt(t *testing.T) {
	tookOver.Store(false)
	defer tookOver.Store(true)
	if _, err := startReaper(); !errors.Is(err, errNoTakeOver) {
		t.Errorf("got %v", err)
	}
}

func TestPortsLieWhereNoOutgoingCallBegins(t *testing.T) {
	load, control, err := ports()
	if err != nil || load == control {
		t.Fatal(load, control, err)
	}
	for _, addr := range []string{load, control} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if !a.IP.IsLoopback() || a.Port < lowest || a.Port >= ephemeral() {
			t.Errorf("%v is not on loopback and from %d up to %d", a, lowest, ephemeral())
		}
	}
}

func TestTailKeepsTheLastWholeLines(t *testing.T) {
	said := &tail{}
	line := strings.Repeat("x", 999) + "\n"
	for range 20 {
		_, _ = said.Write([]byte(line))
	}
	_, _ = said.Write([]byte("the end\n"))
	if got, want := said.String(), strings.Repeat(line, 4)+"the end"; got != want {
		t.Errorf("it kept %d bytes, want %d: %.20q…", len(got), len(want), got)
	}
}
