package advice

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
)

// servers are the knobs of the nodes and of the links from them.
func (c *catalogue) servers() {
	nodes := c.plan.Backend.Nodes
	for i := range nodes {
		at, of := "backend.nodes."+strconv.Itoa(i), ""
		if len(nodes) > 1 {
			of = " of " + nodes[i].Name
		}
		c.node(at, of, &nodes[i])
		for k := range nodes[i].Calls {
			c.link(at+".calls."+strconv.Itoa(k), nodes[i].Name, &nodes[i].Calls[k])
		}
	}
}

// link are the knobs of a link's policy.
func (c *catalogue) link(at, from string, l *caller.Config) {
	c.policy(&policy{
		at: at, of: " from " + from + " to " + l.To[0], class: Server, retry: l.Retry, timeout: l.Timeout,
		runsOn: l.Cancel == caller.RunOn, deadline: at + ".deadline", patience: l.Deadline, calls: 10,
	})
}

// node are the knobs of a node itself.
func (c *catalogue) node(at, of string, n *backend.Config) {
	c.lengths(at, of, n)
	if n.Queue.Discipline != backend.LIFO {
		c.add(Knob{Name: "queue discipline" + of, Class: Server, Now: "fifo",
			Strengths: single(at+".queue.discipline", "the newest first in the queue"+of, word("lifo"))})
	}
	if !n.DeadlinePropagation {
		c.add(Knob{Name: "deadline propagation" + of, Class: Server, Now: "off",
			Strengths: single(at+".deadlinePropagation", "requests past their deadline dropped from the queue"+of, []byte("true"))})
	}
	if n.Abandoned != backend.Stop {
		c.add(Knob{Name: "abandoned work" + of, Class: Server, Now: "served",
			Strengths: single(at+".abandoned", "abandoned requests"+of+" dropped", word("stop"))})
	}
	if n.Workers == field.Unbounded {
		return
	}
	now := n.Workers.Count()
	k := Knob{Name: "workers" + of, Class: Server, Now: saidCount(now)}
	for _, m := range []float64{1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4} {
		if more := int(math.Ceil(float64(now) * m)); more > now {
			s := single(at+".workers", saidCount(more)+" workers"+of, whole(more))
			s[0].workers = more - now
			k.Strengths = append(k.Strengths, s...)
		}
	}
	c.add(k)
}

// lengths bound the queue: by its limit, and by turning away with a Retry-After.
func (c *catalogue) lengths(at, of string, n *backend.Config) {
	perSec := n.Capacity()
	if perSec == 0 {
		return
	}
	waits := c.patience(n.Name)
	now := n.WithDefaults().Queue.Limit.Count()
	limit := Knob{Name: "queue limit" + of, Class: Server, Now: limitText(now)}
	shed := Knob{Name: "shedding" + of, Class: Server, Now: "none"}
	after := max(waits.Round(time.Second), time.Second)
	last := now
	for _, m := range []float64{8, 4, 2, 1, 0.75, 0.5, 0.35, 0.25, 0.1, 0} {
		length := niceCount(perSec * waits.Seconds() * m)
		if length >= last {
			continue
		}
		last = length
		limit.Strengths = append(limit.Strengths,
			single(at+".queue.limit", fmt.Sprintf("a queue%s of at most %s", of, saidCount(length)), whole(length))...)
		shed.Strengths = append(shed.Strengths, single(at+".shed",
			fmt.Sprintf("requests%s turned away from a queue of %s on, for %s", of, saidCount(length), said(after)),
			fmt.Appendf(nil, `{"queue":%d,"retryAfter":%s}`, length, span(after)))...)
	}
	if n.Shed != nil && n.Shed.Queue != nil {
		shed.Now = "from " + saidCount(*n.Shed.Queue) + " on"
	}
	c.add(limit)
	c.add(shed)
}

// patience is the shortest timeout of those who may call a node, beyond which
// waiting in its queue is in vain.
func (c *catalogue) patience(node string) time.Duration {
	least := c.plan.Fleet[0].Timeout
	for i := range c.plan.Fleet {
		least = min(least, c.plan.Fleet[i].Timeout)
	}
	for i := range c.plan.Backend.Nodes {
		for _, l := range c.plan.Backend.Nodes[i].Calls {
			for _, to := range l.To {
				if to == node {
					least = min(least, l.Timeout)
				}
			}
		}
	}
	return least
}
