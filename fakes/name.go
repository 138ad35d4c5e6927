package fakes

import (
	"context"
	"net/http"
	"time"

	"github.com/retrystorm/retrystorm/internal/network"
)

// epoch is when the run began, by the clock of this process; the harness tells it.
type epoch struct {
	at    time.Duration // since the process began to serve
	known bool
}

// shards are the entries of a link as this node asks for them. Until it is known when the
// run began, each name stands for what it does at the beginning.
type shards struct {
	network.Shards
	epoch *epoch
}

// Resolve gives which node a tenant's request goes to; now is the time of this process.
func (s shards) Resolve(tenant uint32, now time.Duration) int {
	if !s.epoch.known {
		return s.Shards.Resolve(tenant, 0) // no order is earlier
	}
	return s.Shards.Resolve(tenant, now-s.epoch.at)
}

// find has the names say where the calls over those links go that go by names.
func (s *server) find(cfg Config) {
	names := cfg.Naming.In(cfg.Seed)
	for l, entries := range cfg.Named {
		if entries != nil {
			s.node.Find(l, shards{names.Shards(entries, cfg.Node.Name), &s.epoch})
		}
	}
}

// began notes how long ago the run began.
func (s *server) began(ago time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch = epoch{at: s.now() - ago, known: true}
}

// began takes the word of when the run began.
func (in *instance) began(w http.ResponseWriter, r *http.Request) {
	ago, err := time.ParseDuration(r.URL.Query().Get("ago"))
	if err != nil {
		http.Error(w, "ago must be a time such as 1.5s", http.StatusBadRequest)
		return
	}
	in.server.began(ago)
}

// Began tells the backend when the run began, or will begin, which is when its names
// were changed. A backend that is started again has been told nothing.
func (c Control) Began(ctx context.Context, epoch time.Time) error {
	return c.ask(ctx, http.MethodPost, "/epoch?ago="+time.Since(epoch).String(), nil)
}
