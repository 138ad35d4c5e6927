package node

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// strike lets a fault or an operator's order begin or end.
func (n *Node) strike(now time.Duration, ev *Event, out []Effect) []Effect {
	switch ev.Strike {
	case fault.Crash, fault.Memory:
		if !ev.On {
			n.down = false
			n.backend.Cool(now)
			return out
		}
		return n.crash(now, ev.Lost, out)
	case fault.Freeze:
		if ev.On {
			n.freeze(now)
			return out
		}
		return n.thaw(now, out)
	case fault.CPU:
		n.limit(now, ev)
	case fault.Shed:
		n.shed = 0
		if ev.On {
			n.shed = ev.Amount
		}
		n.backend.Shed(n.shed)
	case fault.Cold:
		if ev.On {
			n.backend.Cool(now)
		}
	case fault.DiskSlow, fault.DiskErrors, fault.DiskFull, fault.DiskReadOnly, fault.DiskDegraded:
		if n.disk != nil {
			n.disk.Strike(*ev.Disk, ev.On)
		}
	case fault.RetriesOff:
		n.off = ev.On
		n.obeyOrders()
	}
	return out
}

// crash loses every request and breaks every connection, those to other nodes too.
// What was recorded stays in the ledger, but for what lost says.
func (n *Node) crash(now time.Duration, lost bool, out []Effect) []Effect {
	if n.disk != nil {
		out = n.crashDisk(lost, out)
	}
	for l, c := range n.callers {
		n.called = c.CancelAll(n.called[:0])
		out = n.obey(l, out)
		c.Reset(linkStream(n.seed, n.cfg.Name, l))
	}
	n.before, n.lent, n.refused = n.Stats(), backend.Stats{}, 0
	n.rng = backend.Stream(n.seed, n.cfg.Name)
	n.backend.Restart(n.cfg, n.rng)
	if n.requests != nil {
		n.requests.clear()
	}
	if n.model != nil {
		n.model.restart(now, n.cfg.CPUs)
	}
	n.down, n.frozen, n.kept = true, false, n.kept[:0]
	n.wakeAt = caller.Never // one that is asked for already comes to a node that is down
	n.obeyOrders()
	return append(out, Effect{Kind: Reset})
}

// obeyOrders tells a node that was started again, or one that has just been told,
// what the operator's orders are.
func (n *Node) obeyOrders() {
	n.backend.Shed(n.shed)
	for _, c := range n.callers {
		c.SwitchRetries(n.off)
	}
}

func (n *Node) freeze(now time.Duration) {
	n.frozen = true
	if n.model != nil {
		n.model.stand(now, true)
	}
}

// thaw lets the node go on. In the order in which it happened, it sees now what
// came over the wire meanwhile, as a stopped process finds it in its sockets,
// and of waited work what has come to its end.
func (n *Node) thaw(now time.Duration, out []Effect) []Effect {
	if !n.frozen {
		return out
	}
	n.frozen = false
	if n.model != nil {
		n.model.stand(now, false)
	}
	kept := n.kept
	n.kept = nil
	for i := range kept {
		out = n.goOn(now, n.take(now, &kept[i], out))
	}
	n.kept = kept[:0]
	return n.wake(now, out)
}

// Suffers says whether the fault or the order that an event tells of is in force, as the
// node itself has it. Of what is over at once, such as a cache that is emptied, it says
// what the event says.
func (n *Node) Suffers(ev *Event) bool {
	switch ev.Strike {
	case fault.Crash, fault.Memory:
		return n.down
	case fault.Freeze:
		return n.frozen
	case fault.CPU:
		return n.limited
	case fault.Shed:
		return n.shed > 0
	case fault.RetriesOff:
		return n.off
	}
	if ev.Disk != nil && n.disk != nil {
		return n.disk.Has(ev.Disk.Kind)
	}
	return ev.On && ev.Strike == fault.Cold
}

// limit changes the processors that the node's model has.
func (n *Node) limit(now time.Duration, ev *Event) {
	cpus := n.cfg.CPUs
	n.limited = ev.On
	if ev.On {
		cpus = ev.Amount
	}
	if n.model != nil {
		n.model.share(now, cpus)
	}
}

// linkStream is the random numbers of a node's link in the run with that seed.
func linkStream(seed uint64, name string, link int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name + "→" + strconv.Itoa(link))) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
