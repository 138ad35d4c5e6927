package fakes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/valyala/fasthttp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// A copy of a ledger asks the node whose ledger it is, over that one's load port, for
// what was recorded at least its lag ago. The answer goes by the clock of that node, so
// that a copy never has what its original had recorded later than that.

// page is the most sales that travel in one answer to a copy.
const page = 5000

// follower copies the ledger of another node.
type follower struct {
	ledger *Ledger
	lag    time.Duration
	every  time.Duration // between two questions

	mu     sync.Mutex
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	after  time.Duration // when the last sale that it has was recorded; only of the copying goroutine
}

// newFollower gives one that copies nothing yet. It asks fifty times within the lag, but
// not more often than every 10 ms, and not less often than every 200 ms.
func newFollower(l *Ledger, of *backend.Replica) *follower {
	f := &follower{ledger: l, cancel: func() {}}
	if of != nil {
		f.lag = of.Lag
	}
	f.every = min(max(f.lag/50, 10*time.Millisecond), 200*time.Millisecond)
	return f
}

// follow has it copy from the node at that address from now on, or nothing if that is
// empty; when it returns it copies from no other.
func (f *follower) follow(addr string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancel()
	f.tasks.Wait()
	if addr == "" {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.tasks.Go(func() { f.copy(ctx, addr) })
}

// copy copies until ctx ends. What fails is tried again: the other node may be down.
func (f *follower) copy(ctx context.Context, addr string) {
	tick := time.NewTicker(f.every)
	defer tick.Stop()
	for {
		for more := true; more; {
			n, err := f.pull(ctx, addr)
			more = err == nil && n == page
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// pull copies what is due, one page at the most.
func (f *follower) pull(ctx context.Context, addr string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	path := fmt.Sprintf("http://%s%s?after=%d&lag=%d", addr, protocol.LedgerPath, f.after, f.lag)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil) //nolint:gosec // the harness names the address
	if err != nil {
		return 0, err
	}
	resp, err := wire.Do(req) //nolint:gosec // likewise
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var got []Entry
	if err := readLedger(resp.Body, func(e Entry) { got = append(got, e) }); err != nil || len(got) == 0 {
		return 0, err
	}
	if err := f.ledger.adopt(got); err != nil {
		return 0, err
	}
	f.after = got[len(got)-1].Recorded
	return len(got), nil
}

// adopt writes down those of the sales that the ledger does not have, as ones that it
// has not recorded itself.
func (l *Ledger) adopt(sales []Entry) (err error) {
	l.use.Lock()
	defer l.use.Unlock()
	if err := l.ready(); err != nil {
		return err
	}
	changes := l.db.NewBatch()
	defer func() { err = errors.Join(err, changes.Close()) }()
	now := l.journal.now()
	for _, e := range sales {
		k := key(e)
		_, closer, err := l.db.Get(k)
		switch {
		case err == nil:
			err = closer.Close()
		case errors.Is(err, pebble.ErrNotFound):
			e.Copies, e.Recorded = 0, now
			err = changes.Set(k, value(e), nil)
		}
		if err != nil {
			return err
		}
	}
	if changes.Empty() {
		return nil
	}
	if err := changes.Commit(pebble.Sync); err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	return l.log.failure()
}

// copied answers a node that keeps a copy of this one's ledger.
func (s *server) copied(ctx *fasthttp.RequestCtx) {
	after, err := strconv.ParseInt(string(ctx.QueryArgs().Peek("after")), 10, 64)
	lag, err2 := strconv.ParseInt(string(ctx.QueryArgs().Peek("lag")), 10, 64)
	if err != nil || err2 != nil || s.journal == nil {
		ctx.SetStatusCode(http.StatusNotFound)
		return
	}
	until := time.Duration(time.Now().UnixNano() - lag)
	due := s.journal.between(time.Duration(after), until, page)
	_ = writeLedger(ctx, eachOf(due)) // into memory
}

// readOnly has the node take no writes, or take them.
func (s *server) readOnly(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.node.ReadOnly(is)
}

// follow takes the order whose ledger is to be copied, and whether sales are taken.
func (in *instance) follow(w http.ResponseWriter, r *http.Request) {
	takes, err := strconv.ParseBool(r.URL.Query().Get("takes"))
	if err != nil || in.cfg.Node.Replica == nil {
		http.Error(w, "takes must be true or false, and the node must be a replica", http.StatusBadRequest)
		return
	}
	in.copying.follow(r.URL.Query().Get("of"))
	in.server.readOnly(!takes)
}

// adopt takes sales of another ledger.
func (in *instance) adopt(w http.ResponseWriter, r *http.Request) {
	if in.copying == nil {
		http.Error(w, "the ledger is not one of a pair", http.StatusBadRequest)
		return
	}
	var all []Entry
	err := readLedger(r.Body, func(e Entry) { all = append(all, e) })
	if err == nil {
		err = in.ledger.adopt(all)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Follow has a replica copy the ledger of the node that takes load at that address, or
// none if that is empty, and take sales or turn them away as read-only. Until it is told,
// one that has been started copies nothing and turns all sales away.
func (c Control) Follow(ctx context.Context, addr string, takes bool) error {
	return c.ask(ctx, http.MethodPost, "/replica?of="+url.QueryEscape(addr)+"&takes="+strconv.FormatBool(takes), nil)
}

// Adopt gives the backend sales of another ledger, of which it takes those that it does
// not have.
func (c Control) Adopt(ctx context.Context, sales []Entry) error {
	var body bytes.Buffer
	err := writeLedger(&body, eachOf(sales))
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, "/ledger", &body, nil)
}
