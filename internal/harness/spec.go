package harness

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/retrystorm/retrystorm/fakes"
)

// RunLabel is the label of every container and volume of the harness; its
// value is the node's mark.
const RunLabel = "retrystorm.run"

const (
	innerLoad    = "8080/tcp"
	innerControl = "8081/tcp"
	ledgerDir    = "/ledger"
	nobody       = "65532:65532" // who owns ledgerDir in the image
	mostPids     = 512           // threads, too; Go needs few
	mostFiles    = 65536         // a connection for each terminal
)

// newContainer describes a container that publishes the two ports of c on this
// machine. Nothing is made yet.
func newContainer(d daemon, image, id string, c fakes.Config) (*box, error) {
	b := &box{daemon: d, name: "retrystorm-" + id, image: image, cfg: c}
	var err error
	if _, b.load, err = net.SplitHostPort(c.Load); err != nil {
		return nil, err
	}
	if _, b.hatch, err = net.SplitHostPort(c.Control); err != nil {
		return nil, err
	}
	// Inside, the process must listen on all addresses to be reached at all.
	b.cfg.Load = "0.0.0.0:" + network.MustParsePort(innerLoad).Port()
	b.cfg.Control = "0.0.0.0:" + network.MustParsePort(innerControl).Port()
	b.cfg.Dir = ledgerDir
	return b, nil
}

func (b *box) options() ([]testcontainers.ContainerCustomizer, error) {
	cfg, err := json.Marshal(b.cfg)
	if err != nil {
		return nil, fmt.Errorf("encode the node's configuration: %w", err)
	}
	return []testcontainers.ContainerCustomizer{
		testcontainers.WithLogger(log.NewNoopLogger()),
		testcontainers.WithName(b.name),
		testcontainers.WithLabels(b.labels()),
		testcontainers.WithEnv(map[string]string{fakes.ConfigVar: string(cfg)}),
		testcontainers.WithExposedPorts(innerLoad, innerControl),
		testcontainers.WithConfigModifier(func(c *container.Config) { c.User = nobody }),
		testcontainers.WithHostConfigModifier(b.harden),
	}, nil
}

func (b *box) labels() map[string]string {
	return map[string]string{RunLabel: b.name[len("retrystorm-"):]}
}

// harden sets what the container may do and use: nothing but its two ports on
// 127.0.0.1, its ledger and its share of the machine.
func (b *box) harden(h *container.HostConfig) {
	h.PortBindings = network.PortMap{
		network.MustParsePort(innerLoad):    onLoopback(b.load),
		network.MustParsePort(innerControl): onLoopback(b.hatch),
	}
	h.ReadonlyRootfs = true
	h.CapDrop = []string{"ALL"}
	h.SecurityOpt = []string{"no-new-privileges"}
	h.Mounts = []mount.Mount{{
		Type: mount.TypeVolume, Source: b.name, Target: ledgerDir,
		VolumeOptions: &mount.VolumeOptions{Labels: b.labels()},
	}}
	// Its last words are read from here, whatever the daemon's own default is.
	h.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "1m"}}
	h.PidsLimit = new(int64(mostPids))
	if !b.meek {
		h.Ulimits = []*container.Ulimit{{Name: "nofile", Soft: mostFiles, Hard: mostFiles}}
	}
	h.NanoCPUs = int64(b.cfg.Node.CPUs * 1e9)
	h.Memory = int64(b.cfg.Node.Memory)
	h.MemorySwap = h.Memory // so no swap
}

func onLoopback(port string) []network.PortBinding {
	return []network.PortBinding{{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: port}}
}
