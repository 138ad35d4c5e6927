package harness

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path"
	"path/filepath"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/retrystorm/retrystorm/fakes"
)

// RunLabel is the label of every container, volume and network of the harness; its
// value is the run's mark.
const RunLabel = "retrystorm.run"

const (
	innerLoad    = "8080/tcp"
	innerControl = "8081/tcp"
	ledgerDir    = "/ledger"
	nobody       = "65532:65532" // who owns ledgerDir in the image
	mostPids     = 512           // threads, too; Go needs few
	mostFiles    = 65536         // a connection for each terminal
)

// newContainer describes the container of a node, which publishes the ports of c on
// this machine: the control port, and the load port of the entry. It is on the network
// of that name if the node is not alone. Nothing is made yet.
func newContainer(d daemon, image, network string, p place, id string, c fakes.Config) (*dockerContainer, error) {
	b := &dockerContainer{daemon: d, name: "retrystorm-" + id, image: image, cfg: c, run: p.run, network: network, entry: p.entry}
	if c.Node.Disk != nil && canLoop() {
		b.disk = &loopDisk{dir: filepath.Join(os.TempDir(), b.name+"-disk")}
	}
	if network != "" && p.called {
		b.sandbox = &sandbox{name: b.name + "-sandbox"}
	}
	return b, b.inside()
}

// inside has the configuration as the process inside is to see it.
func (b *dockerContainer) inside() error {
	c := b.cfg
	var err error
	if _, b.load, err = net.SplitHostPort(c.Load); err != nil {
		return err
	}
	if _, b.controlPort, err = net.SplitHostPort(c.Control); err != nil {
		return err
	}
	// Inside, the process must listen on all addresses to be reached at all.
	b.cfg.Load = "0.0.0.0:" + network.MustParsePort(innerLoad).Port()
	b.cfg.Control = "0.0.0.0:" + network.MustParsePort(innerControl).Port()
	b.cfg.Dir = ledgerDir
	if b.disk != nil {
		b.cfg.Dir = path.Join(ledgerDir, "disk")
	}
	return nil
}

// ledgerMounts is what the ledger lies on.
func (b *dockerContainer) ledgerMounts() []mount.Mount {
	if b.disk == nil {
		return []mount.Mount{{
			Type: mount.TypeVolume, Source: b.name, Target: ledgerDir,
			VolumeOptions: &mount.VolumeOptions{Labels: b.labels()},
		}}
	}
	return []mount.Mount{{
		Type: mount.TypeBind, Source: b.disk.mounts(), Target: ledgerDir,
		BindOptions: &mount.BindOptions{Propagation: mount.PropagationRSlave}, // so that it follows a repair
	}}
}

func (b *dockerContainer) options() ([]testcontainers.ContainerCustomizer, error) {
	cfg, err := json.Marshal(b.cfg)
	if err != nil {
		return nil, fmt.Errorf("encode the node's configuration: %w", err)
	}
	options := []testcontainers.ContainerCustomizer{
		testcontainers.WithLogger(log.NewNoopLogger()),
		testcontainers.WithName(b.name),
		testcontainers.WithLabels(b.labels()),
		testcontainers.WithEnv(map[string]string{fakes.ConfigVar: string(cfg)}),
		testcontainers.WithConfigModifier(func(c *container.Config) { c.User = nobody }),
		testcontainers.WithHostConfigModifier(b.harden),
	}
	if b.sandbox == nil {
		options = append(options, testcontainers.WithExposedPorts(innerLoad, innerControl))
	}
	return options, nil
}

func (b *dockerContainer) labels() map[string]string {
	return map[string]string{RunLabel: b.run}
}

// harden sets what the container may do and use: nothing but its two ports on
// 127.0.0.1, its ledger and its share of the machine.
func (b *dockerContainer) harden(h *container.HostConfig) {
	confine(h)
	if b.sandbox != nil {
		h.NetworkMode = container.NetworkMode("container:" + b.sandbox.name)
	} else {
		h.NetworkMode = container.NetworkMode(b.network)
		h.PortBindings = network.PortMap{
			network.MustParsePort(innerLoad):    onLoopback(b.load),
			network.MustParsePort(innerControl): onLoopback(b.controlPort),
		}
	}
	h.Mounts = b.ledgerMounts()
	// Its last words are read from here, whatever the daemon's own default is.
	h.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "1m"}}
	if !b.keepsLimits {
		h.Ulimits = []*container.Ulimit{{Name: "nofile", Soft: mostFiles, Hard: mostFiles}}
	}
	h.NanoCPUs = int64(b.cfg.Node.CPUs * 1e9)
	h.Memory = int64(b.cfg.Node.Memory)
	h.MemorySwap = h.Memory // so no swap
}

// confine takes from a container what none needs.
func confine(h *container.HostConfig) {
	h.ReadonlyRootfs = true
	h.CapDrop = []string{"ALL"}
	h.SecurityOpt = []string{"no-new-privileges"}
	h.PidsLimit = new(int64(mostPids))
}

func onLoopback(port string) []network.PortBinding {
	return []network.PortBinding{{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: port}}
}
