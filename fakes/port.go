package fakes

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// controlPort is the HTTP server of the control port.
func (in *instance) controlPort() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /heartbeat", func(http.ResponseWriter, *http.Request) { in.beat() })
	mux.HandleFunc("POST /epoch", in.began)
	mux.HandleFunc("POST /replica", in.follow)
	mux.HandleFunc("POST /ledger", in.adopt)
	mux.HandleFunc("POST /shed", in.shed)
	mux.HandleFunc("POST /retries-off", in.retriesOff)
	mux.HandleFunc("POST /link", in.setLink)
	mux.HandleFunc("GET /link", in.linkState)
	mux.HandleFunc("GET /link/probe", in.probeLink)
	mux.HandleFunc("POST /disk", in.strike)
	mux.HandleFunc("GET /disk", in.probe)
	mux.HandleFunc("POST /suspend", in.suspend)
	mux.HandleFunc("POST /cool", func(http.ResponseWriter, *http.Request) { in.server.cool() })
	mux.HandleFunc("POST /allocate", in.allocate)
	mux.HandleFunc("POST /power-off", func(w http.ResponseWriter, _ *http.Request) {
		if err := in.powerOff(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(in.stats()) // who has left needs no answer
	})
	mux.HandleFunc("GET /ledger", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_ = writeLedger(w, in.entries) // without its last line it is known to be cut
	})
	return &http.Server{Handler: guard(in.cfg.Token, mux), ReadHeaderTimeout: 10 * time.Second}
}

// shed takes the operator's order to turn a share of the requests away.
func (in *instance) shed(w http.ResponseWriter, r *http.Request) {
	share, err := strconv.ParseFloat(r.URL.Query().Get("share"), 64)
	if err != nil || !(share >= 0 && share <= 1) {
		http.Error(w, "share must be a number from 0 to 1", http.StatusBadRequest)
		return
	}
	in.server.shed(share)
}

// retriesOff takes the operator's order to try no call to another node again.
func (in *instance) retriesOff(w http.ResponseWriter, r *http.Request) {
	off, err := strconv.ParseBool(r.URL.Query().Get("on"))
	if err != nil {
		http.Error(w, "on must be true or false", http.StatusBadRequest)
		return
	}
	in.server.retriesOff(off)
}

// strike takes what is to be wrong with the disk, or is no more.
func (in *instance) strike(w http.ResponseWriter, r *http.Request) {
	var order diskOrder
	if err := json.Unmarshal([]byte(r.URL.Query().Get("order")), &order); err != nil || in.ledger == nil {
		http.Error(w, "order must be a fault of a disk, and there must be a ledger", http.StatusBadRequest)
		return
	}
	in.ledger.disk.strike(order.Fault, order.On)
}

// suspend has the ledger close its files, or open them again.
func (in *instance) suspend(w http.ResponseWriter, r *http.Request) {
	on, err := strconv.ParseBool(r.URL.Query().Get("on"))
	switch {
	case err != nil || in.ledger == nil:
		http.Error(w, "on must be true or false, and there must be a ledger", http.StatusBadRequest)
	case on:
		in.ledger.suspend()
	default:
		if err := in.ledger.resume(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// probe tries the disk.
func (in *instance) probe(w http.ResponseWriter, r *http.Request) {
	const most = 100_000
	tries, err := strconv.Atoi(r.URL.Query().Get("tries"))
	if err != nil || tries < 0 || tries > most || in.ledger == nil {
		http.Error(w, "tries must be a number up to 100000, and there must be a ledger", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(in.ledger.probe(tries)) // who has left needs no answer
}

// guard lets nobody pass without the token. It compares digests, so that the
// time it takes says nothing about the token, not even how long it is.
func guard(token string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			http.Error(w, "the token is missing or wrong", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
