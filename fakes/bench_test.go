package fakes

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
)

// BenchmarkLoad sends sales over keep-alive connections to a backend in a
// process of its own, with its ledger on disk, and reports what that process
// uses for each. A duplicate costs what the HTTP and the node cost and hardly
// anything for the ledger.
func BenchmarkLoad(b *testing.B) {
	for _, connections := range []int{1, 16, 256} {
		for _, duplicate := range []bool{false, true} {
			name := fmt.Sprintf("connections=%d/duplicate=%v", connections, duplicate)
			b.Run(name, func(b *testing.B) { benchmarkLoad(b, connections, duplicate) })
		}
	}
}

func benchmarkLoad(b *testing.B, connections int, duplicate bool) {
	cfg := usable(b)
	cfg.Orphaned = time.Hour
	cfg.Node.Workers, cfg.Node.Queue.Limit, cfg.Node.Service.Mean = 1000, field.Unbounded, 1
	benchmarkServer(b, cfg, connections, duplicate)
}

func benchmarkServer(b *testing.B, cfg Config, connections int, duplicate bool) {
	child(b, cfg)
	c := ready(b, cfg)
	if got := post(b, cfg.Load, "0-0", "0"); got.status != 201 {
		b.Fatal(got)
	}
	before, err := c.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range connections {
		n := b.N / connections
		if i < b.N%connections {
			n++
		}
		wg.Go(func() { drive(b, cfg.Load, i, n, duplicate) })
	}
	wg.Wait()
	b.StopTimer()
	after, err := c.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/float64(b.N), "server-µs/req")
}

// BenchmarkForward sends sales to a backend that passes each on to another one,
// both in processes of their own, and reports what the first one uses for each.
// Without forwarding it records nothing either, so that the difference is what a
// call takes.
func BenchmarkForward(b *testing.B) {
	for _, connections := range []int{1, 16, 256} {
		for _, forward := range []bool{false, true} {
			name := fmt.Sprintf("connections=%d/forward=%v", connections, forward)
			b.Run(name, func(b *testing.B) { benchmarkForward(b, connections, forward) })
		}
	}
}

func benchmarkForward(b *testing.B, connections int, forward bool) {
	cfg := passing(b)
	if forward {
		end := passing(b)
		child(b, end)
		ready(b, end)
		cfg = passing(b) // ports that are free now
		link := linkTo("db")
		link.Timeout = 10 * time.Second // a timer that comes to nothing, as usual
		cfg.Node.Calls, cfg.Links = []caller.Config{link}, map[string]Peer{"db": {Addr: end.Load}}
	}
	benchmarkServer(b, cfg, connections, false)
}

// passing is a node that takes no time and keeps no ledger.
func passing(b *testing.B) Config {
	cfg := usable(b)
	cfg.Orphaned, cfg.Node.Ledger = time.Hour, new(false)
	cfg.Node.Workers, cfg.Node.Queue.Limit, cfg.Node.Service.Mean = 1000, field.Unbounded, 1
	return cfg
}

// drive sends n sales of a terminal, one after the other.
func drive(b *testing.B, addr string, terminal, n int, duplicate bool) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 512)
	for i := range n {
		key := fmt.Sprintf("%d-%d", terminal+1, i)
		if duplicate {
			key = "0-0"
		}
		if _, err := conn.Write([]byte(sale(key, "0") + "\r\nHost: pos\r\n\r\n")); err != nil {
			b.Error(err)
			return
		}
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				b.Error(err)
				return
			}
			if len(line) == 2 {
				break
			}
		}
	}
}

// BenchmarkIdleConnections reports the memory that a keep-alive connection
// takes which has carried a sale.
func BenchmarkIdleConnections(b *testing.B) {
	const connections = 8000
	cfg := usable(b)
	cfg.Orphaned = time.Hour
	cmd, _ := child(b, cfg)
	ready(b, cfg)
	for b.Loop() {
		before := resident(b, cmd.Process.Pid)
		for range connections {
			conn := send(b, cfg.Load, "GET /healthz HTTP/1.1")
			if _, err := conn.Read(make([]byte, 256)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(resident(b, cmd.Process.Pid)-before)/connections, "KB/conn")
	}
}

// resident is the memory of a process in KB.
func resident(b *testing.B, pid int) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	kb, err := strconv.Atoi(strings.Fields(string(rest))[0])
	if err != nil {
		b.Fatal(err)
	}
	return kb
}
