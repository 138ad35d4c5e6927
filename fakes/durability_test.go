package fakes

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/store"
)

// durabilityVar says how many times a backend is killed; make durability kills 500.
const durabilityVar = "RETRYSTORM_DURABILITY"

// wrongs are what is wrong with the disk from a moment of a round on.
var wrongs = []store.Fault{
	{}, // nothing
	{Kind: store.Full},
	{Kind: store.ReadOnly},
	{Kind: store.Errors, Share: 0.3},
	{Kind: store.Errors, Share: 0.3, Of: store.Reads},
	{Kind: store.Slow, Latency: 5 * time.Millisecond},
}

// A backend is killed in the middle of its commits again and again, some of the times
// by a power loss, and some while its disk fails: whatever it has acknowledged is on
// disk once, and nothing else than what was sent.
func TestNothingAcknowledgedIsLostHoweverOftenItIsKilled(t *testing.T) {
	kills := 20
	if word := os.Getenv(durabilityVar); word != "" {
		var err error
		if kills, err = strconv.Atoi(word); err != nil {
			t.Fatal(err)
		}
	}
	cfg := usable(t)
	cfg.Node.Disk = &store.Config{}
	cfg.Node.Service.Mean = time.Microsecond
	cfg.Node.Workers = 16
	tellers := &tellers{acknowledged: map[[2]uint32]bool{}, sent: map[[2]uint32]bool{}}
	rng := rand.New(rand.NewPCG(1, 1))
	for round := range kills {
		cmd, stderr := child(t, cfg)
		c := ready(t, cfg)
		tellers.check(t, c)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() { defer close(done); tellers.load(uint32(round), cfg.Load, stop) }()
		enough := tellers.count() + 10 + rng.IntN(100)
		eventually(t, "sales are acknowledged", func() bool { return tellers.count() >= enough })
		if f := wrongs[round%len(wrongs)]; f.Kind != 0 {
			if err := c.Strike(t.Context(), f, true); err != nil {
				t.Fatal(err, stderr)
			}
			tellers.some(t, 20)
			if err := c.Strike(t.Context(), f, false); err != nil {
				t.Fatal(err, stderr)
			}
			enough = tellers.count() + 10 + rng.IntN(30)
			eventually(t, "sales are acknowledged again", func() bool { return tellers.count() >= enough })
		}
		if rng.IntN(4) == 0 {
			if err := c.PowerOff(t.Context()); err != nil {
				t.Fatal(err, stderr)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed, as it says
		close(stop)
		<-done
	}
	child(t, cfg)
	tellers.check(t, ready(t, cfg))
	t.Logf("%d kills, %d sales sent, %d acknowledged", kills, len(tellers.sent), len(tellers.acknowledged))
}

// tellers send sales and remember what they were told.
type tellers struct {
	mu                 sync.Mutex
	sent, acknowledged map[[2]uint32]bool
	ended              int
}

func (s *tellers) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acknowledged)
}

// some waits until so many more requests have ended, somehow.
func (s *tellers) some(t *testing.T, many int) {
	s.mu.Lock()
	until := s.ended + many
	s.mu.Unlock()
	eventually(t, "requests end", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.ended >= until
	})
}

// load has eight tellers send sales of a round until stop.
func (s *tellers) load(round uint32, addr string, stop chan struct{}) {
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var all sync.WaitGroup
	for teller := range uint32(8) {
		all.Go(func() {
			for sale := uint32(0); ; sale++ {
				select {
				case <-stop:
					return
				default:
				}
				s.sell(client, addr, [2]uint32{teller, round<<16 | sale})
			}
		})
	}
	all.Wait()
}

func (s *tellers) sell(client *http.Client, addr string, sale [2]uint32) {
	s.mu.Lock()
	s.sent[sale] = true
	s.mu.Unlock()
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+protocol.SalesPath, nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set(protocol.KeyHeader, fmt.Sprintf("%d-%d", sale[0], sale[1]))
	req.Header.Set(protocol.SoldAtHeader, "1")
	resp, err := client.Do(req)
	good := false
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		good = protocol.CauseOf(resp.StatusCode) == 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended++
	if good {
		s.acknowledged[sale] = true
	}
}

// check compares what is on disk with what was acknowledged and sent.
func (s *tellers) check(t *testing.T, c Control) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[[2]uint32]bool{}
	err := c.Ledger(t.Context(), func(e Entry) {
		sale := [2]uint32{e.Terminal, e.Sale}
		if found[sale] = true; !s.sent[sale] || e.Copies != 1 {
			t.Errorf("the ledger holds %+v; sent: %v", e, s.sent[sale])
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for sale := range s.acknowledged {
		if !found[sale] {
			t.Errorf("sale %v was acknowledged and is not on disk", sale)
		}
	}
}
