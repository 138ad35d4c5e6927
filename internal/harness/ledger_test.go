package harness

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// sell sends one sale and gives the status of the answer.
func sell(ctx context.Context, c *http.Client, n *node, sale int) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+n.addr+protocol.SalesPath, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set(protocol.KeyHeader, fmt.Sprintf("7-%d", sale))
	req.Header.Set(protocol.SoldAtHeader, fmt.Sprint(sale*1000))
	r, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return r.StatusCode, err
}

func TestAcceptedSalesOutliveACrash(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		want := []fakes.Entry{}
		for i := range 20 {
			if code, err := sell(t.Context(), http.DefaultClient, n, i); err != nil || code/100 != 2 {
				t.Fatal(code, err)
			}
			want = append(want, fakes.Entry{Terminal: 7, Sale: uint32(i), SoldAt: time.Duration(i * 1000), Copies: 1})
		}
		crash := fault.Event{Kind: fault.Crash}
		expect(t, n.Inject, crash, "does not answer")
		if code, err := sell(t.Context(), http.DefaultClient, n, 99); err == nil {
			t.Errorf("a node that is down answered %d", code)
		}
		expect(t, n.Lift, crash, "answers")
		got := []fakes.Entry{}
		if err := n.control.Ledger(t.Context(), func(e fakes.Entry) { got = append(got, e) }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if code, err := sell(t.Context(), http.DefaultClient, n, 100); err != nil || code/100 != 2 {
			t.Errorf("after the restart at the same address: %d, %v", code, err)
		}
	})
}

func TestFreezeKeepsConnections(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		var dials atomic.Int32
		c := &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				dials.Add(1)
				return new(net.Dialer).DialContext(ctx, network, addr)
			},
		}}
		defer c.CloseIdleConnections()
		if code, err := sell(t.Context(), c, n, 1); err != nil || code/100 != 2 {
			t.Fatal(code, err)
		}
		freeze := fault.Event{Kind: fault.Freeze}
		expect(t, n.Inject, freeze, "does not answer")
		answered := make(chan error, 1)
		go func() {
			_, err := sell(t.Context(), c, n, 2)
			answered <- err
		}()
		select {
		case err := <-answered:
			t.Errorf("a frozen node answered: %v", err)
		case <-time.After(silence):
		}
		expect(t, n.Lift, freeze, "answers")
		if err := <-answered; err != nil {
			t.Errorf("the sale that waited: %v", err)
		}
		if dials.Load() != 1 {
			t.Errorf("%d connections, want the one", dials.Load())
		}
	})
}
