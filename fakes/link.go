package fakes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/proxy"
)

// links gives the proxies of those links of a node that the timeline strikes, by the
// node called.
func links(cfg Config) map[string]*proxy.Proxy {
	all := map[string]*proxy.Proxy{}
	for to, peer := range cfg.Links {
		if !peer.Struck {
			continue
		}
		all[to] = proxy.New(cfg.Seed, cfg.Node.Name, to, func(ctx context.Context) (net.Conn, error) {
			return dial(ctx, peer.Addr)
		})
	}
	return all
}

// link finds the proxy that an order is about; it answers itself where there is none.
func (in *instance) link(w http.ResponseWriter, r *http.Request) *proxy.Proxy {
	p := in.server.proxies[r.URL.Query().Get("to")]
	if p == nil {
		http.Error(w, "there is no link to that node whose faults can be set", http.StatusNotFound)
	}
	return p
}

// setLink takes the order which faults of a link are in force from now on.
func (in *instance) setLink(w http.ResponseWriter, r *http.Request) {
	p := in.link(w, r)
	if p == nil {
		return
	}
	var faults []fault.Event
	if err := json.NewDecoder(r.Body).Decode(&faults); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := p.Set(faults); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// linkState says how a link fares.
func (in *instance) linkState(w http.ResponseWriter, r *http.Request) {
	if p := in.link(w, r); p != nil {
		tell(w, p.State())
	}
}

// probeLink asks the node called, over the link.
func (in *instance) probeLink(w http.ResponseWriter, r *http.Request) {
	within, err := time.ParseDuration(r.URL.Query().Get("within"))
	if err != nil {
		http.Error(w, "within must be a time such as 300ms", http.StatusBadRequest)
		return
	}
	if p := in.link(w, r); p != nil {
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		tell(w, proxy.Probe(ctx, p.Dial))
	}
}

func tell(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // who has left needs no answer
}

// SetLink tells the backend which faults of its link to a node are in force from now
// on. A backend that is started again has been told nothing.
func (c Control) SetLink(ctx context.Context, to string, faults []fault.Event) error {
	body, err := json.Marshal(faults)
	if err != nil {
		return fmt.Errorf("fakes: %w", err)
	}
	return c.send(ctx, http.MethodPost, "/link?to="+url.QueryEscape(to), bytes.NewReader(body), nil)
}

// Link asks how the backend's link to a node fares.
func (c Control) Link(ctx context.Context, to string) (proxy.State, error) {
	var s proxy.State
	return s, c.ask(ctx, http.MethodGet, "/link?to="+url.QueryEscape(to), into(&s))
}

// ProbeLink has the backend ask a node that it calls, over its link, and wait so long
// for the answer.
func (c Control) ProbeLink(ctx context.Context, to string, within time.Duration) (proxy.Seen, error) {
	var s proxy.Seen
	return s, c.ask(ctx, http.MethodGet, "/link/probe?to="+url.QueryEscape(to)+"&within="+within.String(), into(&s))
}

func into(v any) func(io.Reader) error {
	return func(body io.Reader) error { return json.NewDecoder(body).Decode(v) }
}
