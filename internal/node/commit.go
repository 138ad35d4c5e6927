package node

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// saving is how a node has its sales recorded.
type saving uint8

const (
	nothing saving = iota // it records none, or its driver does when it finishes
	freely                // its driver commits each; no worker waits for it
	holding               // a worker waits for the end of the commit
)

func savingOf(cfg backend.Config, modelled bool) saving {
	switch {
	case !cfg.Records():
		return nothing
	case cfg.Disk != nil:
		return holding
	case modelled:
		return nothing
	}
	return freely
}

// conclude goes on with a request for which nothing is left to be done but to record
// its sale.
func (n *Node) conclude(now time.Duration, id uint64, f *request, out []Effect) []Effect {
	if n.saves != holding || f.failed.Cause != retry.OK {
		return n.pass(now, backend.Event{Kind: backend.Done, ID: id}, out)
	}
	f.since, f.stage = f.waitedFor(now), committing
	if n.disk != nil {
		n.disk.Submit(now, id)
		return n.turn(now, out)
	}
	return append(out, Effect{Kind: Commit, ID: id})
}

// turn does what is due at the node's own model of its disk.
func (n *Node) turn(now time.Duration, out []Effect) []Effect {
	n.ended = n.disk.Step(now, n.ended[:0])
	for _, d := range n.ended {
		out = n.committed(now, d.ID, d.Failure, false, out)
	}
	if _, synced := n.disk.Counts(); synced != n.told && n.cfg.Disk.SyncEvery > 0 {
		n.told = synced
		out = append(out, Effect{Kind: Synced, ID: synced})
	}
	return out
}

// committed goes on with a request whose commit has ended.
func (n *Node) committed(now time.Duration, id uint64, failure store.Failure, known bool, out []Effect) []Effect {
	if n.requests == nil {
		return out
	}
	f := n.requests.at(id)
	if f == nil || f.stage != committing {
		return out
	}
	if n.saves == freely {
		e := Effect{Kind: Finish, ID: id, Waiting: !f.left, Known: known}
		if failure != store.None {
			e.Kind, e.Failure = Fail, failure
		}
		n.requests.close(id)
		return append(out, e)
	}
	f.failure, f.known = failure, known
	if n.disk != nil && failure == store.None {
		out = append(out, Effect{Kind: Commit, ID: id})
	}
	return n.pass(now, backend.Event{Kind: backend.Done, ID: id}, out)
}

// leave takes the end of a client. What is being committed cannot be called back: the
// record stands, and nobody waits for it.
func (n *Node) leave(now time.Duration, id uint64, out []Effect) []Effect {
	kind := backend.Leave
	if n.saves != nothing {
		if f := n.requests.at(id); f != nil && f.stage == committing {
			f.left, kind = true, backend.Gone
		}
	}
	return n.pass(now, backend.Event{Kind: kind, ID: id}, out)
}

// crashDisk ends all commits. Those that the kernel finishes stand in the ledger, and
// those that it did not get to sync are lost if the power goes.
func (n *Node) crashDisk(lost bool, out []Effect) []Effect {
	var stand []uint64
	for _, id := range n.disk.Crash(!lost, stand) {
		out = append(out, Effect{Kind: Commit, ID: id})
	}
	written, synced := n.disk.Counts()
	switch {
	case n.cfg.Disk.SyncEvery == 0:
	case lost:
		out = append(out, Effect{Kind: Lost, ID: written})
	default:
		out = append(out, Effect{Kind: Synced, ID: synced})
	}
	n.told = synced
	return out
}
