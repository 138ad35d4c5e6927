package harness

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// errTaken says that another program has one of the node's ports.
var errTaken = errors.New("a port of the node is in use")

// inUse says whether a message from the node or the daemon is about that.
func inUse(text string) bool {
	return strings.Contains(text, syscall.EADDRINUSE.Error()) || strings.Contains(text, "port is already allocated")
}

// lowest is the first port that is handed out.
const lowest = 10240

// ports gives two free ports on 127.0.0.1. They lie below the range from which
// the system takes the local end of outgoing connections: while a node is down,
// thousands of terminals call its port, and one from that range could be taken
// by, or even connected to, one of those calls itself.
func ports() (load, control string, err error) {
	end := ephemeral()
	const tries = 200
	var held []net.Listener
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for range tries {
		p := lowest + rand.IntN(end-lowest)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err != nil {
			continue
		}
		if held = append(held, l); len(held) == 2 {
			return held[0].Addr().String(), held[1].Addr().String(), nil
		}
	}
	return "", "", fmt.Errorf("no two of %d ports on 127.0.0.1 from %d to %d were free: %w", tries, lowest, end-1, errTaken)
}

// ephemeral gives the first port that outgoing connections use; where it
// cannot be read or leaves too little room, the end of all ports.
func ephemeral() int {
	const least, all = 1000, 1 << 16
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return all
	}
	var first, last int
	if _, err := fmt.Sscan(string(text), &first, &last); err != nil || first < lowest+least {
		return all
	}
	return first
}
