package fakes

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"
)

// controlPort is the HTTP server of the control port.
func (in *instance) controlPort() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /heartbeat", func(http.ResponseWriter, *http.Request) { in.beat() })
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(in.stats()) // who has left needs no answer
	})
	mux.HandleFunc("GET /ledger", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_ = writeLedger(w, in.ledger.Each) // without its last line it is known to be cut
	})
	return &http.Server{Handler: guard(in.cfg.Token, mux), ReadHeaderTimeout: 10 * time.Second}
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
