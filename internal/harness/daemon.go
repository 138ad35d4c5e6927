package harness

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

const (
	// answering is how long a daemon may take to answer at all.
	answering = 3 * time.Second
	// telling is how long it may take to say what it is. It counts what it has, which
	// takes seconds on a busy machine, and auto must not take another engine for that.
	telling = 10 * time.Second
)

// quieten has testcontainers print nothing, start no reaper container of its
// own (its image may not be there, and the harness has its own reaper) and put
// no mirror before the name of an image that is on no registry at all. It reads
// its settings once, so this comes before its first use.
var quieten = sync.OnceFunc(func() {
	log.SetDefault(log.NewNoopLogger())
	const ryuk, mirror = "TESTCONTAINERS_RYUK_DISABLED", "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"
	// Neither fails but for a malformed name.
	if os.Getenv(ryuk) == "" {
		_ = os.Setenv(ryuk, "true")
	}
	_ = os.Unsetenv(mirror)
})

// daemon is a Docker daemon that answers, on this machine.
type daemon struct {
	*client.Client
	version string
	cpus    int  // that it has
	quotas  bool // it can set a CPU quota
	memory  bool // it can bound memory
	// keepsLimits is set once it was seen that the daemon may not raise limits, as
	// one that is confined itself; its own must do then.
	keepsLimits *atomic.Bool
}

// findDaemon finds the daemon where testcontainers finds it, in any case within
// the times of answering and of telling together.
func findDaemon(ctx context.Context) (daemon, error) {
	quieten()
	// A DOCKER_HOST that nobody answers at is an error of its own; to look
	// elsewhere, as testcontainers does, could start containers on a daemon
	// that the user did not mean.
	if os.Getenv(client.EnvOverrideHost) != "" {
		if err := ping(ctx); err != nil {
			return daemon{}, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, telling)
	defer cancel()
	found, err := findClient(ctx)
	if err != nil {
		return daemon{}, err
	}
	info, err := found.Client.Info(ctx, client.InfoOptions{})
	if err != nil {
		return daemon{}, err
	}
	if !onThisMachine(found.DaemonHost()) {
		return daemon{}, fmt.Errorf("the daemon at %s is on another machine, and load goes to 127.0.0.1 only", found.DaemonHost())
	}
	if info.Info.OSType != "linux" {
		return daemon{}, fmt.Errorf("the daemon at %s runs containers for %s, not for linux", found.DaemonHost(), info.Info.OSType)
	}
	return daemon{
		Client: found.Client, version: info.Info.ServerVersion, cpus: info.Info.NCPU,
		quotas: info.Info.CPUCfsQuota, memory: info.Info.MemoryLimit, keepsLimits: new(atomic.Bool),
	}, nil
}

func ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	c, err := client.New(client.FromEnv)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // only idle connections
	_, err = c.Ping(ctx, client.PingOptions{})
	return err
}

// findClient asks testcontainers for a client; where no daemon answers it
// panics in some places and returns an error in others.
func findClient(ctx context.Context) (c *testcontainers.DockerClient, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return testcontainers.NewDockerClientWithOpts(ctx)
}

// onThisMachine says whether what the daemon publishes on 127.0.0.1 can be
// reached from here.
func onThisMachine(host string) bool {
	u, err := url.Parse(host)
	if err != nil || u.Scheme == "unix" || u.Scheme == "npipe" {
		return err == nil
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// destroyAt destroys a container, a volume or a network at its daemon.
func destroyAt(ctx context.Context, t thing) (found bool, err error) {
	c, err := client.New(client.FromEnv, client.WithHost(t.Host))
	if err != nil {
		return false, err
	}
	defer c.Close() //nolint:errcheck // only idle connections
	return discard(ctx, c, t)
}

// discard destroys a container, in whatever state it is, a volume, or a network
// that no container uses; found says whether it was there.
func discard(ctx context.Context, c *client.Client, t thing) (found bool, err error) {
	switch t.Kind {
	case aContainer:
		_, err = c.ContainerRemove(ctx, t.Name, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	case aNetwork:
		_, err = c.NetworkRemove(ctx, t.Name, client.NetworkRemoveOptions{})
	default:
		// Removing a volume by force succeeds for one that is not there.
		if _, err = c.VolumeInspect(ctx, t.Name, client.VolumeInspectOptions{}); err == nil {
			_, err = c.VolumeRemove(ctx, t.Name, client.VolumeRemoveOptions{Force: true})
		}
	}
	if errdefs.IsNotFound(err) {
		return false, nil
	}
	if errdefs.IsConflict(err) {
		return true, nil // somebody else is removing it, or its container, just now
	}
	return true, err
}
