package harness

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/topology"
)

func TestMain(m *testing.M) {
	TakeOver()
	if os.Getenv(victimVar) != "" {
		os.Exit(victim())
	}
	// They do little but wait for processes, for the daemon and for the reaper, so that
	// more of them go side by side than whoever starts all packages' tests says.
	flag.Parse()
	_ = flag.Set("test.parallel", "6")
	// What a user may have set for other programs must not matter here.
	_ = os.Setenv("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", "mirror.invalid")
	code := m.Run()
	tidy()
	os.Exit(code)
}

// tidy takes away what the tests keep between each other: the static backend
// and its image, which nobody else will ever use.
func tidy() {
	if builtIn == "" {
		return
	}
	ctx := context.Background()
	if e, err := Docker(ctx, Binary(filepath.Join(builtIn, "backend"))); err == nil {
		d := e.(docker)
		tag, err := d.tag()
		if err == nil {
			_, err = d.daemon.ImageRemove(ctx, tag, client.ImageRemoveOptions{PruneChildren: true})
		}
		if err != nil && !errdefs.IsNotFound(err) {
			fmt.Fprintln(os.Stderr, "the tests' image was left:", err)
		}
	}
	_ = os.RemoveAll(builtIn)
}

// builtIn is the directory of the static backend, once it was built.
var builtIn string

// static builds the backend's program without cgo, as the container needs it;
// the test's own binary is not static under the race detector.
var static = sync.OnceValues(func() (string, error) {
	var err error
	if builtIn, err = os.MkdirTemp("", "harness-test-"); err != nil {
		return "", err
	}
	path := filepath.Join(builtIn, "backend")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, "./testdata/backend")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// withDocker gives the docker engine, or skips the test where there is none.
func withDocker(t testing.TB) docker {
	t.Helper()
	path, err := static()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Docker(t.Context(), Binary(path))
	if errors.Is(err, ErrNoDocker) {
		t.Skip("SKIPPED, NOT PASSED:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e.(docker)
}

// onEachEngine runs a test on both engines, beside other tests.
func onEachEngine(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	t.Parallel()
	t.Run("local", func(t *testing.T) { t.Parallel(); test(t, Local()) })
	t.Run("docker", func(t *testing.T) { t.Parallel(); test(t, withDocker(t)) })
}

// api is a node that serves quickly.
func api() backend.Config {
	return backend.Config{Name: "api", Workers: 8, Service: backend.Service{Mean: time.Millisecond}}
}

// graph resolves nodes.
func graph(nodes ...backend.Config) *topology.Graph {
	g, err := topology.Resolve(nodes)
	if err != nil {
		panic(err)
	}
	return g
}

// start starts a node that is stopped at the end of the test.
func start(t testing.TB, e Engine, cfg backend.Config) *node {
	t.Helper()
	return startAll(t, e, cfg).nodes[0]
}

// startAll starts nodes that are stopped at the end of the test.
func startAll(t testing.TB, e Engine, nodes ...backend.Config) *system {
	t.Helper()
	return started(t, e, graph(nodes...))
}

// started starts the nodes of a graph likewise.
func started(t testing.TB, e Engine, g *topology.Graph) *system {
	t.Helper()
	b, err := e.Start(t.Context(), g, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b.(*system)
}

// gone fails the test unless everything the node was made of is away.
func gone(t testing.TB, n *node) {
	t.Helper()
	for _, th := range n.instance.(interface{ things() []thing }).things() {
		found, err := destroy(context.Background(), th)
		if found || err != nil {
			t.Errorf("%s %s was left: %v", th.Kind, th.Name, err)
		}
	}
}
