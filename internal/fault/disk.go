package fault

import (
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Unsynced is what a crash does to what was written and is not synced yet.
type Unsynced uint8

// What becomes of it: the process was killed and the kernel writes it all the same, or
// the power went and it is lost.
const (
	Kept Unsynced = iota
	Lost
)

var unsynced = []string{"kept", "lost"}

func (u Unsynced) String() string { return unsynced[u] }

// MarshalText gives the word that UnmarshalText reads.
func (u Unsynced) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads 'kept' or 'lost'.
func (u *Unsynced) UnmarshalText(text []byte) error { return field.Word(u, text, unsynced) }

// StrikesDisk says whether the trigger is something that happens to a node's disk.
func (k Kind) StrikesDisk() bool { return k.known() && k.Target() == OnDisk }

// Disk gives what an event does to a disk; ok is false of one that does nothing to it.
func (e *Event) Disk() (f store.Fault, ok bool) {
	kind := map[Kind]store.Kind{
		DiskSlow: store.Slow, DiskErrors: store.Errors, DiskFull: store.Full, DiskReadOnly: store.ReadOnly, DiskDegraded: store.Degraded,
	}[e.Kind]
	return store.Fault{Kind: kind, Latency: e.Latency, Share: float64(e.Share), Of: e.Of, Times: e.Times}, kind != 0
}
