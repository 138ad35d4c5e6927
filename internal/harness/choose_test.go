package harness

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

func TestEngineIsChosenByItsWord(t *testing.T) {
	none := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(none, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ word, name, why, err string }{
		{word: "local", name: "local", why: "engine local: as asked for"},
		{word: "auto", name: "local", why: "engine local: no Docker daemon can be used: "},
		{word: "docker", err: "no Docker daemon can be used: "},
		{word: "podman", err: `--engine: "podman" is not known; write one of 'auto', 'docker', 'local', 'sim'`},
	}
	for _, tt := range tests {
		t.Run(tt.word, func(t *testing.T) {
			e, why, err := Choose(t.Context(), tt.word, Binary(none))
			if tt.err != "" {
				var list field.List
				if err == nil || !strings.HasPrefix(err.Error(), tt.err) || !errors.Is(err, ErrNoDocker) && !errors.As(err, &list) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || e.Name() != tt.name || !strings.HasPrefix(why, tt.why) {
				t.Errorf("got %v, %q, %v", e, why, err)
			}
		})
	}
}

func TestAutoTakesDockerWhereItCan(t *testing.T) {
	d := withDocker(t)
	e, why, err := Choose(t.Context(), "auto", Binary(d.binary))
	if err != nil || e.Name() != "docker" || why != "engine docker: Docker "+d.daemon.version {
		t.Errorf("got %v, %q, %v", e, why, err)
	}
}

func TestEngineRefusesWhatItCannotDo(t *testing.T) {
	node := backend.Config{Name: "api", Workers: 1}
	burning := node
	burning.CPUs, burning.Service.Work = 4, backend.Burned
	tiny := node
	tiny.Memory = 1000
	timeline := []fault.Event{
		{Kind: fault.Spike}, {Kind: fault.CPU, CPUs: 0.001}, {Kind: fault.CPU, CPUs: 0.5, Node: "api"},
		{Kind: fault.CPU, CPUs: 99, Node: "other"}, {Kind: fault.Crash}, {Kind: fault.Freeze},
	}
	const quota = "the local engine cannot set a CPU quota; use --engine docker or "
	two := docker{daemon: daemon{cpus: 2, quotas: true, memory: true}}
	weak := docker{daemon: daemon{cpus: 8}}
	tests := map[string]struct {
		engine   Engine
		node     backend.Config
		timeline []fault.Event
		want     []string
	}{
		"local, quota": {Local(), node, timeline, []string{
			"timeline[1]: " + quota + "take the fault out", "timeline[2]: " + quota + "take the fault out",
		}},
		"local, burning": {Local(), burning, nil, []string{
			`backend.nodes: node "api" burns processor time within 4 cpus, and ` + quota + "leave cpus out",
		}},
		"local, fine": {Local(), node, timeline[4:], nil},
		"docker, quota": {two, node, timeline, []string{
			"timeline[1].cpus: is 0.001; this Docker daemon accepts 0.01 to 2",
		}},
		"docker, cpus": {two, burning, nil, []string{
			`backend.nodes: node "api" is to have 4 cpus; this Docker daemon accepts 0.01 to 2`,
		}},
		"docker without cgroups": {weak, burning, timeline[2:3], []string{
			`backend.nodes: node "api" is to have 4 cpus; this Docker daemon cannot set a CPU quota`,
			"timeline[0].cpus: is 0.5; this Docker daemon cannot set a CPU quota",
		}},
		"docker, memory": {two, tiny, nil, []string{
			`backend.nodes: node "api" is to have 1000 bytes of memory; Docker accepts '6MiB' and more`,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			var list field.List
			if err := tt.engine.Check([]backend.Config{tt.node}, tt.timeline); err != nil && !errors.As(err, &list) {
				t.Fatal(err)
			}
			for _, e := range list {
				got = append(got, e.Error())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
