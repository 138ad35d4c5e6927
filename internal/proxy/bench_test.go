package proxy

import (
	"net"
	"testing"
)

// BenchmarkRoundTrip is a message there and one back on an open connection over
// loopback, through a link without faults or, as a measure of it, without any.
func BenchmarkRoundTrip(b *testing.B) {
	for _, over := range []string{"direct", "proxy"} {
		b.Run(over, func(b *testing.B) {
			p, node := listening(b)
			if err := p.Listen("127.0.0.1:0"); err != nil {
				b.Fatal(err)
			}
			addr := map[string]string{"direct": node.Addr().String(), "proxy": p.listener.Addr().String()}[over]
			c, err := net.Dial("tcp", addr)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			said(b, c, "open!")
			n := accepted(b, node)
			comes(b, n, "open!")
			for b.Loop() {
				said(b, c, "hello")
				comes(b, n, "hello")
				said(b, n, "world")
				comes(b, c, "world")
			}
		})
	}
}
