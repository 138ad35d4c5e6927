package store

import (
	"math"
	"math/rand/v2"
	"time"
)

// Never is a time that does not come.
const Never = time.Duration(math.MaxInt64)

// Disk says which commits share an fsync, when they are done and how they end, for a
// driver that has no disk. It is not safe for concurrent use.
//
// With nothing under way a commit begins at once; what arrives meanwhile waits and
// begins, as one group, when that has ended (group commit: J. Gray and A. Reuter,
// "Transaction Processing", 1993, 9.4.3). With SyncEvery a commit is done once it is
// looked up and written, and the disk syncs in the background.
type Disk struct {
	cfg   Config
	state State
	rng   *rand.Rand

	waiting []uint64 // commits that have arrived, in order
	writing []commit // those that share the operation under way
	ends    time.Duration

	written  uint64 // commits that stand in the log, whether synced or not
	synced   uint64 // the first so many of them are on disk
	covers   uint64 // synced once the background fsync under way has ended
	syncs    time.Duration
	syncEnds time.Duration
}

type commit struct {
	id     uint64
	failed Failure
}

// Done is a commit that has ended.
type Done struct {
	ID      uint64
	Failure Failure
}

// NewDisk makes a disk that is well. The random numbers are its own.
func NewDisk(cfg Config, rng *rand.Rand) *Disk {
	return &Disk{cfg: cfg, rng: rng, ends: Never, syncs: Never, syncEnds: Never}
}

// Strike lets a fault begin or end. What is under way goes on as it began.
func (d *Disk) Strike(f Fault, on bool) { d.state.Strike(f, on) }

// Has says whether something of that kind is wrong with it.
func (d *Disk) Has(k Kind) bool { return d.state.Has(k) }

// Submit takes a commit. Step what is due next, even at the same moment.
func (d *Disk) Submit(now time.Duration, id uint64) {
	d.waiting = append(d.waiting, id)
	d.begin(now)
}

// Due is when something is due next, or Never.
func (d *Disk) Due() time.Duration { return min(d.ends, d.syncs, d.syncEnds) }

// Step does what is due and appends the commits that have ended. Those without a
// failure stand in the log; Synced says how many of them are on disk.
func (d *Disk) Step(now time.Duration, out []Done) []Done {
	for now >= d.ends {
		d.ends = Never
		for _, c := range d.writing {
			out = append(out, Done{ID: c.id, Failure: c.failed})
			if c.failed == None {
				d.written++
			}
		}
		d.writing = d.writing[:0]
		if d.cfg.SyncEvery == 0 {
			d.synced = d.written
		} else if d.syncs == Never && d.syncEnds == Never && d.synced < d.written {
			d.syncs = now + d.cfg.SyncEvery
		}
		d.begin(now)
	}
	d.background(now)
	return out
}

// begin begins the next commits if none are under way. Where nothing can be written
// they fail at once.
func (d *Disk) begin(now time.Duration) {
	if d.ends != Never || len(d.waiting) == 0 {
		return
	}
	n := min(len(d.waiting), d.cfg.group())
	failed, takes := d.state.Denies(), time.Duration(0)
	if failed == None {
		takes = d.state.Read(&d.cfg)
		if d.cfg.SyncEvery == 0 {
			takes += d.state.Write(&d.cfg)
		}
		if d.state.FailsWrite(d.rng.Float64) {
			failed = IOError
		}
	}
	for _, id := range d.waiting[:n] {
		c := commit{id: id, failed: failed}
		if failed == None && d.state.FailsRead(d.rng.Float64) {
			c.failed = IOError
		}
		d.writing = append(d.writing, c)
	}
	d.waiting = d.waiting[:copy(d.waiting, d.waiting[n:])]
	d.ends = now + takes
}

// background syncs what was acknowledged before. An fsync that fails, or that there can
// be none of, is tried again a while later.
func (d *Disk) background(now time.Duration) {
	if now >= d.syncs {
		d.syncs = Never
		if d.state.Denies() != None || d.state.FailsWrite(d.rng.Float64) {
			d.syncs = now + d.cfg.SyncEvery
			return
		}
		d.covers, d.syncEnds = d.written, now+d.state.Write(&d.cfg)
	}
	if now >= d.syncEnds {
		d.synced, d.syncEnds = d.covers, Never
		if d.synced < d.written {
			d.syncs = now + d.cfg.SyncEvery
		}
	}
}

// Counts gives how many commits stand in the log and how many of those, from the
// first, are on disk.
func (d *Disk) Counts() (written, synced uint64) { return d.written, d.synced }

// Crash ends everything and forgets what was asked of the disk; its state, which is no
// matter of the process, stays. The commits appended stand in the log though nobody was
// told: where the power stays on (kept), what the process had written is the kernel's
// to finish. Otherwise only the first synced of all commits stand.
func (d *Disk) Crash(kept bool, out []uint64) []uint64 {
	if kept {
		for _, c := range d.writing {
			if c.failed == None {
				out = append(out, c.id)
				d.written++
			}
		}
		d.synced = d.written
	} else {
		d.written = d.synced
	}
	d.waiting, d.writing = d.waiting[:0], d.writing[:0]
	d.ends, d.syncs, d.syncEnds = Never, Never, Never
	return out
}
