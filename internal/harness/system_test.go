package harness

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// chain is a gateway that calls a database, the callee declared first.
func chain() []backend.Config {
	db, gateway := api(), api()
	db.Name, db.DeadlinePropagation = "db", true
	gateway.Name = "gateway"
	gateway.Calls = []caller.Config{{To: caller.Names{"db"}, Timeout: time.Second}}
	return []backend.Config{db, gateway}
}

// startMarked starts a chain in a run of that mark.
func startMarked(ctx context.Context, e Engine, mark string, nodes []backend.Config) (Backend, error) {
	switch e := e.(type) {
	case docker:
		e.mark = mark
		return e.Start(ctx, graph(nodes...), 1)
	case local:
		e.mark = mark
		return e.Start(ctx, graph(nodes...), 1)
	}
	panic("another engine")
}

func TestAFaultStrikesTheNodeItNamesAndNoOther(t *testing.T) {
	crash, freeze := fault.Event{Kind: fault.Crash, Node: "db"}, fault.Event{Kind: fault.Freeze, Node: "gateway"}
	onEachEngine(t, func(t *testing.T, e Engine) {
		s := startAll(t, e, chain()...)
		db, gateway := s.nodes[0], s.nodes[1]
		if s.Addrs()[0] != gateway.addr {
			t.Errorf("the entry is at %s, want the gateway's %s", s.Addrs()[0], gateway.addr)
		}
		var names []string
		for _, n := range s.Nodes() {
			names = append(names, n.Name)
			if st, err := n.Control.(fakes.Control).Stats(t.Context()); err != nil || st.Uptime == 0 {
				t.Errorf("%s says %+v, %v", n.Name, st, err)
			}
		}
		if d := cmp.Diff([]string{"db", "gateway"}, names); d != "" {
			t.Error(d)
		}
		before := [2]int{pid(t, db), pid(t, gateway)}
		reached := db.instance.reach()
		sells(t, s, 1, true)

		expect(t, s.Inject, crash, `node "db": `)
		sells(t, s, 2, false)
		answers(t, map[*node]bool{db: false, gateway: true})
		refuses(t, e, reached)
		expect(t, s.Inject, freeze, `node "gateway": `)
		answers(t, map[*node]bool{db: false, gateway: false})
		expect(t, s.Lift, crash, `node "db": `)
		answers(t, map[*node]bool{db: true, gateway: false})
		expect(t, s.Lift, freeze, `node "gateway": `)
		answers(t, map[*node]bool{db: true, gateway: true})
		sells(t, s, 3, true)

		if pid(t, db) == before[0] || pid(t, gateway) != before[1] {
			t.Error("the database was not started again, or the gateway was")
		}
		if at := db.instance.reach(); at != reached || at == "" {
			t.Errorf("the database was reached at %s and is now at %s", reached, at)
		}
		if odd := s.Disturbed(t.Context()); len(odd) > 0 {
			t.Errorf("the nodes tell of %v", odd)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		nothing(t, e, s)
	})
}

// sells sends a sale to the entry and fails the test unless it is accepted, or
// turned away; then the database has it, or not.
func sells(t *testing.T, s *system, sale int, want bool) {
	t.Helper()
	code, err := sell(t.Context(), http.DefaultClient, s.nodes[s.graph.Entries[0]], sale)
	if err != nil || (code/100 == 2) != want {
		t.Errorf("sale %d is answered %d, %v", sale, code, err)
	}
	if !want {
		return
	}
	var has bool
	if err := s.nodes[0].control.Ledger(t.Context(), func(e fakes.Entry) { has = has || int(e.Sale) == sale }); err != nil || !has {
		t.Errorf("sale %d is in the database: %v, %v", sale, has, err)
	}
}

// answers fails the test unless those nodes answer that are to, and no others.
func answers(t *testing.T, want map[*node]bool) {
	t.Helper()
	for n, does := range want {
		if _, err := n.stats(t.Context(), answerWithin(!does)); (err == nil) != does {
			t.Errorf("%s answers: %v, want %v", n.cfg.Name, err, does)
		}
	}
}

// refuses fails the test unless a node that is down refuses connections, as a
// machine does on which the process is gone. Not every daemon's networks can be
// reached from here.
func refuses(t *testing.T, e Engine, addr string) {
	t.Helper()
	d := net.Dialer{Timeout: patience}
	c, err := d.DialContext(t.Context(), "tcp", addr)
	if err == nil {
		_ = c.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) && (err == nil || e.Name() == "local") {
		t.Errorf("a node that is down, called at %s: %v", addr, err)
	}
	t.Log(addr, err)
}

// nothing fails the test unless all that a system was made of is away.
func nothing(t *testing.T, e Engine, s *system) {
	t.Helper()
	if left := remains(t, e, s.mark); len(left) > 0 {
		t.Errorf("there was left: %s", strings.Join(left, ", "))
	}
}

func TestASystemOfWhichANodeDoesNotStartLeavesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		mark, nodes := choice{}.marked(), chain()
		nodes[1].Workers = -1 // the gateway, which is started last
		_, err := startMarked(t.Context(), e, mark, nodes)
		if err == nil || !strings.Contains(err.Error(), `node "gateway"`) || !errors.Is(err, errGone) {
			t.Errorf("got %v", err)
		}
		nothing(t, e, &system{mark: mark})
	})
}

func TestWhatSomebodyElseDoesToOneOfSeveralNodesIsToldOfThatNode(t *testing.T) {
	t.Parallel()
	s := startAll(t, Local(), chain()...)
	if err := syscall.Kill(pid(t, s.nodes[0]), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.nodes[0].instance.(*process).latest().ended
	odd := s.Disturbed(t.Context())
	if len(odd) != 1 || !strings.HasPrefix(odd[0].What, `node "db": process`) || !strings.Contains(odd[0].What, "ended, which nobody ordered") {
		t.Errorf("told of %v", odd)
	}
}

func TestAnEventThatFitsNoNodeIsRefused(t *testing.T) {
	s := newSystem(graph(chain()...), "")
	for want, ev := range map[string]fault.Event{
		`harness: a crash names the node "cache"`: {Kind: fault.Crash, Node: "cache"},
		`harness: a crash names the node ""`:      {Kind: fault.Crash},
		"harness: a spike is not done to a node":  {Kind: fault.Spike},
	} {
		if saw, err := s.Inject(t.Context(), ev); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: saw %q, %v; want %s", ev, saw, err, want)
		}
	}
	one := newSystem(graph(api()), "")
	if saw, err := one.Inject(t.Context(), fault.Event{Kind: fault.RetriesOff}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the retries of a node that calls nobody were switched off: %q, %v", saw, err)
	}
}

func TestSeveralNodesAreOnAPrivateNetworkThatNobodyElseIsOn(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	nodes := chain()
	nodes[0].CPUs, nodes[1].CPUs = 0.5, 1
	s := startAll(t, e, nodes...)
	db, gateway := s.nodes[0].instance.(*dockerContainer), s.nodes[1].instance.(*dockerContainer)

	found, err := e.daemon.NetworkInspect(t.Context(), gateway.network, client.NetworkInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var on []string
	for c := range maps.Values(found.Network.Containers) {
		on = append(on, c.Name)
	}
	slices.Sort(on)
	if d := cmp.Diff([]string{db.sandbox.name, gateway.name}, on); d != "" || found.Network.Driver != "bridge" || found.Network.Attachable {
		t.Errorf("on the %s network %s (-want +got):\n%s", found.Network.Driver, gateway.network, d)
	}
	type container struct {
		Networks  []string
		Mode      string
		Published map[string]string // by the port inside
		NanoCPUs  int64
	}
	look := func(name string) container {
		c, err := e.daemon.ContainerInspect(t.Context(), name, client.ContainerInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := container{Mode: string(c.Container.HostConfig.NetworkMode), NanoCPUs: c.Container.HostConfig.NanoCPUs, Published: map[string]string{}}
		for name := range c.Container.NetworkSettings.Networks {
			got.Networks = append(got.Networks, name)
		}
		for port, bindings := range c.Container.NetworkSettings.Ports {
			for _, b := range bindings {
				got.Published[port.String()] = net.JoinHostPort(b.HostIP.String(), b.HostPort)
			}
		}
		return got
	}
	got := []container{look(db.name), look(db.sandbox.name), look(gateway.name)}
	want := []container{
		{Mode: "container:" + idOf(t, e, db.sandbox.name), Published: map[string]string{}, NanoCPUs: 5e8},
		{Mode: gateway.network, Networks: []string{gateway.network}, Published: map[string]string{innerControl: s.nodes[0].control.Addr}},
		{Mode: gateway.network, Networks: []string{gateway.network}, NanoCPUs: 1e9, Published: map[string]string{
			innerLoad: s.Addrs()[0], innerControl: s.nodes[1].control.Addr,
		}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the database, its sandbox and the gateway (-want +got):\n%s", d)
	}
	wantPeers := map[string]fakes.Peer{"db": {Addr: db.sandbox.addr, Propagates: true}}
	if d := cmp.Diff(wantPeers, gateway.cfg.Links); d != "" {
		t.Errorf("the gateway is told (-want +got):\n%s", d)
	}
}

// idOf gives a container's ID.
func idOf(t *testing.T, e docker, name string) string {
	t.Helper()
	c, err := e.daemon.ContainerInspect(t.Context(), name, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Container.ID
}

func TestADaemonWithoutAddressesIsSaidWithARemedy(t *testing.T) {
	for _, said := range []string{
		"could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
		"all predefined address pools have been fully subnetted",
	} {
		if err := explained(errors.New(said)); !errors.Is(err, ErrNoNetwork) || !strings.Contains(err.Error(), "docker network prune") || !strings.Contains(err.Error(), said) {
			t.Errorf("%q is worded %v", said, err)
		}
	}
	if err := explained(errRefused); !errors.Is(err, errRefused) || errors.Is(err, ErrNoNetwork) {
		t.Errorf("another error is worded %v", err)
	}
}

var errRefused = errors.New("permission denied")

func TestNetworksThatNobodyUsesAreRemovedOnceTheyAreOld(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	mark := choice{}.marked()
	_, away, err := e.privateNetwork(t.Context(), mark)
	if err != nil {
		t.Fatal(err)
	}
	label := RunLabel + "=" + mark
	e.purgeNetworks(t.Context(), label, time.Hour)
	if left := e.daemon.remains(t, mark); len(left) != 1 {
		t.Errorf("while it is new there is %v", left)
	}
	e.purgeNetworks(t.Context(), label, 0)
	if left := e.daemon.remains(t, mark); len(left) != 0 {
		t.Errorf("when it is old there is %v", left)
	}
	if err := away(t.Context()); err != nil {
		t.Error(err)
	}
}
