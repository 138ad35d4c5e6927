package harness

import (
	"errors"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// remains gives what the daemon still has of a mark.
func (d daemon) remains(t *testing.T, mark string) []string {
	t.Helper()
	var left []string
	if _, err := d.ContainerInspect(t.Context(), "retrystorm-"+mark, client.ContainerInspectOptions{}); !errdefs.IsNotFound(err) {
		left = append(left, "the container")
	}
	if _, err := d.VolumeInspect(t.Context(), "retrystorm-"+mark, client.VolumeInspectOptions{}); !errdefs.IsNotFound(err) {
		left = append(left, "the volume")
	}
	return left
}

func TestContainerMayDoAsLittleAsPossible(t *testing.T) {
	e := withDocker(t)
	cfg := api()
	cfg.CPUs, cfg.Memory = 0.5, 256<<20
	n := start(t, e, cfg)
	found, err := e.daemon.ContainerInspect(t.Context(), n.vessel.(*box).name, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, h := found.Container, found.Container.HostConfig
	var published []string
	for port, bindings := range c.NetworkSettings.Ports {
		for _, b := range bindings {
			published = append(published, b.HostIP.String())
			if !port.IsValid() || b.HostPort == "" {
				t.Errorf("port %v is published on %v", port, b)
			}
		}
	}
	type limits struct {
		User                 string
		ReadOnly, Privileged bool
		Drop, Add, Security  []string
		Published            []string
		Pids                 int64
		NanoCPUs             int64
		Memory, Swap         int64
		Mounts               []string
	}
	got := limits{
		User: c.Config.User, ReadOnly: h.ReadonlyRootfs, Privileged: h.Privileged,
		Drop: h.CapDrop, Add: h.CapAdd, Security: h.SecurityOpt, Published: published,
		Pids: *h.PidsLimit, NanoCPUs: h.NanoCPUs, Memory: h.Memory, Swap: h.MemorySwap,
	}
	for _, m := range c.Mounts {
		got.Mounts = append(got.Mounts, string(m.Type)+" "+m.Destination)
	}
	want := limits{
		User: nobody, ReadOnly: true, Drop: []string{"ALL"}, Security: []string{"no-new-privileges"},
		Published: []string{"127.0.0.1", "127.0.0.1"}, Pids: mostPids,
		NanoCPUs: 5e8, Memory: 256 << 20, Swap: 256 << 20, Mounts: []string{"volume /ledger"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !e.daemon.meek.Load() && (len(h.Ulimits) != 1 || h.Ulimits[0].Hard != mostFiles) {
		t.Errorf("ulimits are %v", h.Ulimits)
	}
	if c.Config.Labels[RunLabel] == "" || h.AutoRemove || h.RestartPolicy.Name != container.RestartPolicyDisabled && h.RestartPolicy.Name != "" {
		t.Errorf("labels %v, auto-remove %v, restart %v", c.Config.Labels, h.AutoRemove, h.RestartPolicy)
	}
}

func TestDeclaredCPUsAreReadByTheProcess(t *testing.T) {
	cfg := api()
	cfg.CPUs = 0.5
	n := start(t, withDocker(t), cfg)
	if st, err := n.stats(t.Context(), hearing); err != nil || st.Quota != 0.5 {
		t.Errorf("the process reads %v, %v; want 0.5", st.Quota, err)
	}
}

func TestNoDockerIsSaidSoon(t *testing.T) {
	for _, host := range []string{
		"unix:///nowhere/docker.sock",
		"tcp://127.0.0.1:1",
		"tcp://192.0.2.1:2375", // a net that is routed nowhere, RFC 5737
	} {
		t.Run(host, func(t *testing.T) {
			t.Setenv("DOCKER_HOST", host)
			path, err := static()
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = Docker(t.Context(), Binary(path))
			if !errors.Is(err, ErrNoDocker) || time.Since(began) > 5*time.Second {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
			e, why, err := Choose(t.Context(), "auto", Binary(path))
			if err != nil || e.Name() != "local" {
				t.Errorf("auto gives %v, %v", e, err)
			}
			t.Log(why)
		})
	}
}
