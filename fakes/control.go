package fakes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Name is the name (argv[0]) under which this program is the fake backend.
const Name = "retrystorm-backend"

// Config is what a backend process is started with; it travels as JSON in the
// environment variable ConfigVar.
type Config struct {
	Node    backend.Config `json:"node"`
	Seed    uint64         `json:"seed"`
	Token   string         `json:"token"`   // what the control port asks for
	Load    string         `json:"load"`    // address to take load on, such as "127.0.0.1:8080"
	Control string         `json:"control"` // address of the control port
	Dir     string         `json:"dir"`     // where the ledger lives; kept between restarts
	// Links says of each node that this one calls where it is, by its name.
	Links map[string]Peer `json:"links"`
	// Named says of each link of Node, by its index, whom it leads to where that goes by
	// names, and is nil of the others. It is as long as Node.Calls, or nil where no link
	// goes by a name.
	Named [][]network.Entry `json:"named"`
	// Naming are the names of the run.
	Naming network.Naming `json:"naming"`
	// Paired says that its ledger is copied, or is a copy of another's.
	Paired bool `json:"paired"`
	// Orphaned is how long the backend lives on without a heartbeat; 10 s if zero.
	Orphaned time.Duration `json:"orphaned"`
}

// Peer is a node that another calls.
type Peer struct {
	Addr string `json:"addr"` // where it takes load, such as "127.0.0.1:8080"
	// Propagates says that it makes use of the deadlines of requests, so that
	// each carries how long its caller still waits.
	Propagates bool `json:"propagates"`
	// Struck says that the timeline strikes the link to it, so that the link's faults
	// can be set; see Control.SetLink.
	Struck bool `json:"struck"`
}

// ConfigVar is the environment variable that carries Config.
const ConfigVar = "RETRYSTORM_BACKEND"

// Stats is what the control port tells about the backend.
type Stats struct {
	backend.Stats
	Uptime   time.Duration // of this process, so that a restart shows
	Recorded int64         // entries this process wrote to the ledger
	CPU      time.Duration // processor time of this process
	// Failure says why the ledger writes no more, such as a full disk; empty
	// while it does. Every sale is then answered with an error.
	Failure string
	// Quota is the processors that the cgroup allows, as the process itself
	// reads it; zero if none is set or it cannot be read.
	Quota float64
	// Shed is the share of arriving requests that the node has been told to turn
	// away; see Control.Shed.
	Shed float64
	// RetriesOff says that the node has been told to try none of its calls again;
	// see Control.RetriesOff.
	RetriesOff bool
	// Links is what went over each link to each of its nodes, in the order in
	// which they are declared.
	Links []LinkStats
}

// LinkStats is what went over a link to one node.
type LinkStats struct {
	To string // the node
	caller.Stats
}

// Entry is what the ledger holds for one sale.
type Entry = protocol.Entry

// ErrToken is what a control client gets for a wrong token.
var ErrToken = errors.New("fakes: the control port refused the token")

// ErrCut is what a control client gets when the ledger's end is missing.
var ErrCut = errors.New("fakes: the ledger came without its end")

// Control talks to the control port of a backend.
type Control struct {
	// Addr is host:port; Token the run's token.
	Addr, Token string
}

// Beat tells the backend that its harness lives.
func (c Control) Beat(ctx context.Context) error {
	return c.ask(ctx, http.MethodPost, "/heartbeat", nil)
}

// Ready asks whether the backend takes load; nil means yes.
func (c Control) Ready(ctx context.Context) error {
	return c.ask(ctx, http.MethodGet, "/ready", nil)
}

// Stats asks for the counts so far.
func (c Control) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := c.ask(ctx, http.MethodGet, "/stats", func(body io.Reader) error {
		return json.NewDecoder(body).Decode(&s)
	})
	return s, err
}

// Shed tells the backend to turn away that share of the requests that arrive
// from now on; zero ends it. A backend that is started again has been told
// nothing.
func (c Control) Shed(ctx context.Context, share float64) error {
	word := strconv.FormatFloat(share, 'g', -1, 64)
	return c.ask(ctx, http.MethodPost, "/shed?share="+word, nil)
}

// RetriesOff tells the backend to try none of its calls to other nodes again from
// now on, or, if off is false, to do so as declared. A backend that is started
// again has been told nothing.
func (c Control) RetriesOff(ctx context.Context, off bool) error {
	return c.ask(ctx, http.MethodPost, "/retries-off?on="+strconv.FormatBool(off), nil)
}

// diskOrder is what travels to the backend about its disk.
type diskOrder struct {
	Fault store.Fault
	On    bool
}

// Strike lets something be wrong with the disk under the ledger from now on, or no
// more. A backend that is started again has been told nothing.
func (c Control) Strike(ctx context.Context, f store.Fault, on bool) error {
	order, err := json.Marshal(diskOrder{Fault: f, On: on})
	if err != nil {
		return fmt.Errorf("fakes: %w", err)
	}
	return c.ask(ctx, http.MethodPost, "/disk?order="+url.QueryEscape(string(order)), nil)
}

// Probe has the backend write a file to the ledger's disk, and draw so many commits and
// lookups.
func (c Control) Probe(ctx context.Context, tries int) (Probe, error) {
	var p Probe
	err := c.ask(ctx, http.MethodGet, "/disk?tries="+strconv.Itoa(tries), func(body io.Reader) error {
		return json.NewDecoder(body).Decode(&p)
	})
	return p, err
}

// Suspend has the backend close the files of its ledger, so that its disk can be taken
// away, or open them again. Meanwhile no sale is recorded.
func (c Control) Suspend(ctx context.Context, on bool) error {
	return c.ask(ctx, http.MethodPost, "/suspend?on="+strconv.FormatBool(on), nil)
}

// Allocate has the backend take so many bytes of memory and keep them. The kernel may
// kill it before it answers.
func (c Control) Allocate(ctx context.Context, bytes int64) error {
	return c.ask(ctx, http.MethodPost, "/allocate?bytes="+strconv.FormatInt(bytes, 10), nil)
}

// Cool empties the node's cache.
func (c Control) Cool(ctx context.Context) error { return c.ask(ctx, http.MethodPost, "/cool", nil) }

// PowerOff has the backend lose what is not synced and answer nobody any more, as a
// machine does that loses its power. It must then be killed.
func (c Control) PowerOff(ctx context.Context) error {
	return c.ask(ctx, http.MethodPost, "/power-off", nil)
}

// Ledger reads the ledger, in order of terminal and sale, and calls each for
// every sale in it. Where it returns an error, such as ErrCut, each has seen a
// part of the ledger at most.
func (c Control) Ledger(ctx context.Context, each func(Entry)) error {
	return c.ask(ctx, http.MethodGet, "/ledger", func(body io.Reader) error {
		return readLedger(body, each)
	})
}

// wire is the client of every Control. No environment variable sends it
// through a proxy, and no process that died keeps its connections for long.
var wire = &http.Client{Transport: &http.Transport{
	MaxIdleConnsPerHost: 4,
	IdleConnTimeout:     30 * time.Second,
	DisableCompression:  true,
}}

// ask sends one order and lets read have the answer's body; nil reads nothing.
func (c Control) ask(ctx context.Context, method, path string, read func(io.Reader) error) error {
	return c.send(ctx, method, path, nil, read)
}

// send is ask with a body.
func (c Control) send(ctx context.Context, method, path string, body io.Reader, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.Addr+path, body)
	if err != nil {
		return fmt.Errorf("fakes: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	// Every order may be sent twice; without this net/http does not try a
	// heartbeat again that met a connection from before a restart.
	req.Header["Idempotency-Key"] = nil
	resp, err := wire.Do(req)
	if err != nil {
		return fmt.Errorf("fakes: the control port does not answer: %w", err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%w (%s%s)", ErrToken, c.Addr, path)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("fakes: the control port answered %s with %q", path, resp.Status)
	case read == nil:
		return nil
	}
	if err := read(resp.Body); err != nil {
		return fmt.Errorf("fakes: reading %s of the control port: %w", path, err)
	}
	return nil
}
