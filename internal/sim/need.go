package sim

import (
	"fmt"
	"time"
	"unsafe"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// What things take, in bytes.
const (
	unitBytes    = int64(unsafe.Sizeof(terminal.Terminal{}) + unsafe.Sizeof(terminalState{}))
	saleBytes    = 64 + 32 // a sale being tried and its attempt on the wire
	storeBytes   = 112     // an empty offline queue
	parkedBytes  = 2 * 16  // a sale in it, with room to grow
	eventBytes   = int64(unsafe.Sizeof(block{})) / 7
	requestBytes = int64(unsafe.Sizeof(request{})+unsafe.Sizeof(entry{})) + 48 + 16 // here and in the node
	bucketBytes  = int64(unsafe.Sizeof(history.Bucket{})) + 2*2048
	wheelBytes   = int64(unsafe.Sizeof(wheel{}))
)

// Need estimates the memory, in bytes, that a plan takes while nothing piles
// up: its terminals at rest, one sale in hand for each, and the record. How
// many requests wait in an unbounded queue nobody knows before; a run watches
// that itself.
func Need(p *experiment.Plan) int64 {
	sum := wheelBytes
	for i := range p.Fleet {
		sum += int64(p.Fleet[i].Terminals) * terminalBytes(&p.Fleet[i])
	}
	buckets := int64(p.Horizon/p.Bucket(0)) + 1
	return sum + buckets*bucketBytes
}

func terminalBytes(c *terminal.Config) int64 {
	sum := unitBytes + saleBytes + eventBytes
	if c.Offline != nil {
		sum += storeBytes
	}
	return sum
}

// weigh stops a run that has come to need more than it may.
func (r *run) weigh() {
	most := r.cfg.Limits.Memory
	if most == 0 {
		return
	}
	b := r.recorder.Buckets()[min(int(r.now/r.cfg.Bucket), len(r.recorder.Buckets())-1)]
	waiting := int64(r.requests.all.length)
	took := Need(&r.cfg.Plan) + waiting*requestBytes + b.Unsynced*parkedBytes + b.Pending*saleBytes + int64(len(r.index))*indexBytes
	if took > most {
		r.problem = fmt.Sprintf("backend.nodes[0].queue.limit: at %v of its time the run needed %s for %d requests in the backend "+
			"and %d sales in offline queues, and %s is there; bound the queue, or offline.capacity, or make the horizon shorter than that",
			r.now.Round(time.Millisecond), size(took), waiting, b.Unsynced, size(most))
	}
}

// tooBig says which field asks for more memory than there is.
func tooBig(cfg *Config, need int64) string {
	most := int64(cfg.Plan.Terminals())
	each := max(need/max(most, 1), 1)
	return fmt.Sprintf("fleet: %d terminals need %s, and %s is there; about %d are possible",
		most, size(need), size(cfg.Limits.Memory), cfg.Limits.Memory/each)
}

// size writes an amount of memory for a reader.
func size(bytes int64) string {
	if bytes < 10<<30 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d GiB", bytes>>30)
}
