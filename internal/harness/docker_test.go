package harness

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
)

// remains gives what the daemon still has of a mark.
func (d daemon) remains(t *testing.T, mark string) []string {
	t.Helper()
	left := []string{}
	filters := make(client.Filters).Add("label", RunLabel+"="+mark)
	containers, err := d.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: filters})
	for _, c := range containers.Items {
		left = append(left, "container "+strings.Join(c.Names, " "))
	}
	volumes, err2 := d.VolumeList(t.Context(), client.VolumeListOptions{Filters: filters})
	for _, v := range volumes.Items {
		left = append(left, "volume "+v.Name)
	}
	networks, err3 := d.NetworkList(t.Context(), client.NetworkListOptions{Filters: filters})
	for _, n := range networks.Items {
		left = append(left, "network "+n.Name)
	}
	for _, err := range []error{err, err2, err3} {
		if err != nil {
			left = append(left, err.Error()) // who knows
		}
	}
	return left
}

func TestContainerMayDoAsLittleAsPossible(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	cfg := api()
	cfg.CPUs, cfg.Memory = 0.5, 256<<20
	n := start(t, e, cfg)
	found, err := e.daemon.ContainerInspect(t.Context(), n.instance.(*dockerContainer).name, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if st, err := n.stats(t.Context(), patience); err != nil || st.Quota != cfg.CPUs {
		t.Errorf("the process reads a quota of %v, %v; want %v", st.Quota, err, cfg.CPUs)
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
	if !e.daemon.keepsLimits.Load() && (len(h.Ulimits) != 1 || h.Ulimits[0].Hard != mostFiles) {
		t.Errorf("ulimits are %v", h.Ulimits)
	}
	if c.Config.Labels[RunLabel] == "" || h.AutoRemove || h.RestartPolicy.Name != container.RestartPolicyDisabled && h.RestartPolicy.Name != "" {
		t.Errorf("labels %v, auto-remove %v, restart %v", c.Config.Labels, h.AutoRemove, h.RestartPolicy)
	}
}

func TestNoDockerIsSaidSoon(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	path, err := static()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"nonsense",
		"unix:///nowhere/docker.sock",
		"tcp://127.0.0.1:1",
		"tcp://192.0.2.1:2375", // a net that is routed nowhere, RFC 5737
		"tcp://" + mute.Addr().String(),
	} {
		t.Run(host, func(t *testing.T) {
			t.Setenv("DOCKER_HOST", host)
			ctx, cancel := context.WithTimeout(t.Context(), 4*(answering+telling)) // however busy the machine is
			defer cancel()
			e, why, err := Choose(ctx, "auto", Binary(path))
			if err != nil || e.Name() != "local" || ctx.Err() != nil {
				t.Errorf("auto gives %v, %v, %v", e, err, ctx.Err())
			}
			t.Log(why)
		})
	}
}

func TestDaemonOnAnotherMachineIsNoUse(t *testing.T) {
	tests := map[string]bool{
		"unix:///var/run/docker.sock": true, "tcp://127.0.0.1:2375": true, "tcp://[::1]:2375": true, "tcp://localhost:2375": true,
		"tcp://192.0.2.1:2375": false, "ssh://me@build.example": false, "tcp://docker:2375": false,
	}
	for host, want := range tests {
		if got := onThisMachine(host); got != want {
			t.Errorf("%s: %v, want %v", host, got, want)
		}
	}
}

func TestFailedBuildIsQuoted(t *testing.T) {
	said := `{"stream":"Step 1/4 : FROM scratch\n"}
{"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}`
	err := outcome(strings.NewReader(said))
	if err == nil || !strings.Contains(err.Error(), "no space left on device; the build had said:\nStep 1/4") {
		t.Errorf("got %v", err)
	}
	gone := `{"errorDetail":{"message":"failed to get digest sha256:8c4e: open /x/8c4e: no such file or directory"}}`
	if err := outcome(strings.NewReader(gone)); !errors.Is(err, errVanished) {
		t.Errorf("an image that is removed while it is built: %v", err)
	}
	if err := outcome(strings.NewReader(`{"stream":"Successfully built"}`)); err != nil {
		t.Error(err)
	}
}

// BenchmarkImage builds the image anew each time; 2 s are allowed.
func BenchmarkImage(b *testing.B) {
	e := withDocker(b)
	for b.Loop() {
		tag := fakes.Name + ":" + choice{}.marked()
		if err := e.build(b.Context(), tag); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if _, err := e.daemon.ImageRemove(b.Context(), tag, client.ImageRemoveOptions{PruneChildren: true}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
