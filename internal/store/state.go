package store

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Kind is what can be wrong with a disk.
type Kind uint8

// What can be wrong. The words are those of the faults on the timeline.
const (
	Slow     Kind = iota + 1 // each commit takes Latency longer
	Errors                   // a Share of the operations Of that kind fails with EIO
	Full                     // nothing can be written: ENOSPC
	ReadOnly                 // nothing can be written: EROFS, as after a kernel remounts what it found broken
	Degraded                 // an array that has lost a member: each operation takes Times as long
)

// Operation is what a disk does.
type Operation uint8

// The operations.
const (
	Writes Operation = iota
	Reads
)

var operations = []string{"writes", "reads"}

func (o Operation) String() string { return operations[o] }

// MarshalText gives the word that UnmarshalText reads.
func (o Operation) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads 'writes' or 'reads'.
func (o *Operation) UnmarshalText(text []byte) error { return field.Word(o, text, operations) }

// Fault is one thing that is wrong with a disk.
type Fault struct {
	Kind    Kind
	Latency time.Duration // Slow
	Share   float64       // Errors
	Of      Operation     // Errors
	Times   float64       // Degraded
}

// State is all that is wrong with a disk at a moment. The zero State is a disk that is
// well.
type State struct {
	Latency     time.Duration // that each commit takes longer
	Times       float64       // as long that each operation takes; 1 if zero
	WriteErrors float64       // share of the commits that fail with EIO
	ReadErrors  float64       // likewise of the lookups
	Full        bool
	ReadOnly    bool
}

// Strike lets a fault begin or end. Faults of different kinds may be on at once; of
// each kind one.
func (s *State) Strike(f Fault, on bool) {
	if !on {
		f.Latency, f.Share, f.Times = 0, 0, 0
	}
	switch f.Kind {
	case Slow:
		s.Latency = f.Latency
	case Errors:
		s.WriteErrors, s.ReadErrors = 0, 0
		if f.Of == Reads {
			s.ReadErrors = f.Share
		} else {
			s.WriteErrors = f.Share
		}
	case Full:
		s.Full = on
	case ReadOnly:
		s.ReadOnly = on
	case Degraded:
		s.Times = f.Times
	}
}

// Has says whether something of that kind is wrong with the disk.
func (s *State) Has(k Kind) bool {
	switch k {
	case Slow:
		return s.Latency > 0
	case Errors:
		return s.WriteErrors > 0 || s.ReadErrors > 0
	case Full:
		return s.Full
	case ReadOnly:
		return s.ReadOnly
	}
	return s.Times > 0
}

// Write is how long a commit takes on a disk of that declaration in this state.
func (s *State) Write(c *Config) time.Duration { return s.times(c.Write) + s.Latency }

// Read is how long a lookup takes.
func (s *State) Read(c *Config) time.Duration { return s.times(c.Read) }

func (s *State) times(d time.Duration) time.Duration {
	if s.Times == 0 {
		return d
	}
	return time.Duration(float64(d) * s.Times)
}

// Failure is how an operation failed. The words are the names of the errors in Unix.
type Failure uint8

// The failures.
const (
	None        Failure = iota // it did not
	IOError                    // EIO
	NoSpace                    // ENOSPC
	NotWritable                // EROFS
)

var failures = []string{"none", "EIO", "ENOSPC", "EROFS"}

func (f Failure) String() string { return failures[f] }

// Denies says why nothing at all can be written, and None where something can.
func (s *State) Denies() Failure {
	switch {
	case s.ReadOnly: // the kernel looks at this first
		return NotWritable
	case s.Full:
		return NoSpace
	}
	return None
}

// FailsWrite draws whether a commit fails with EIO: chance gives numbers from 0 up to 1
// and is asked only where some commits do.
func (s *State) FailsWrite(chance func() float64) bool {
	return s.WriteErrors > 0 && chance() < s.WriteErrors
}

// FailsRead is FailsWrite for a lookup.
func (s *State) FailsRead(chance func() float64) bool {
	return s.ReadErrors > 0 && chance() < s.ReadErrors
}
