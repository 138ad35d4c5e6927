package history

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// What is the kind of a Note.
type What uint8

// The things a terminal notes.
const (
	Sold       What = iota // a customer brought a sale
	Sent                   // an attempt went out
	Ended                  // an attempt ended: Cause, and Took since its intended send
	Completed              // a sale was acknowledged within its deadline: Took since it was sold
	CameLate               // a sale was acknowledged after it: Took likewise
	GivenUp                // a sale failed for good
	Parked                 // a sale went to the offline queue
	TurnedAway             // a customer was turned away, since nobody could pay offline
)

// Logo is what a note says of a terminal's logo, which is red while it has sales
// that are not synced, and blue otherwise.
type Logo uint8

// What can become of a logo.
const (
	SameLogo Logo = iota
	TurnedRed
	TurnedBlue
)

// Note is one thing worth counting, in the order in which it happened.
type Note struct {
	What  What
	Cause retry.Cause
	// Settled says, of a Completed or CameLate sale, that it came out
	// of the offline queue and not out of the sales being tried.
	Settled bool
	Logo    Logo          // how the logo changed, of a sale that was parked or settled
	At      time.Duration // when
	Took    time.Duration // how long
}

// OfAttempt says whether the note is of an attempt. It then says nothing of what
// becomes of a sale, a tenant or a logo.
func (n *Note) OfAttempt() bool { return n.What == Sent || n.What == Ended }

// Recorder counts notes into buckets. It has no lock: each part of a fleet
// has its own, and Merge adds them up.
type Recorder struct {
	bucket   time.Duration
	buckets  []Bucket
	last     int           // the bucket up to which the gauges stand
	begins   time.Duration // when that bucket begins
	pending  int64
	unsynced int64
	red      int64
}

// NewRecorder prepares buckets of the given length up to the horizon.
func NewRecorder(bucket, horizon time.Duration) *Recorder {
	n := int((horizon + bucket - 1) / bucket)
	return &Recorder{bucket: bucket, buckets: make([]Bucket, max(n, 1))}
}

// Note counts one note into its bucket. What happens after the horizon is
// counted into the last one.
func (r *Recorder) Note(n *Note) {
	b := &r.buckets[r.last]
	if !r.inLast(n.At) {
		b = r.at(n.At)
	}
	switch n.What {
	case Sold:
		b.Demand++
		r.pending++
	case Sent:
		b.Attempts++
	case Ended:
		b.Outcomes[n.Cause]++
		if n.Cause == retry.OK {
			b.Attempt.Add(n.Took)
		}
	case Completed:
		b.Good++
		r.settle(b, n)
	case CameLate:
		b.Late++
		r.settle(b, n)
	case GivenUp:
		b.Failed++
		r.pending--
	case Parked:
		b.Parked++
		r.pending--
		r.unsynced++
	case TurnedAway:
		b.TurnedAway++
		r.pending--
	}
	if n.Logo != SameLogo {
		r.turn(n.Logo)
	}
	r.gauge(b)
}

// turn counts a logo that has changed.
func (r *Recorder) turn(to Logo) {
	if to == TurnedRed {
		r.red++
	} else {
		r.red--
	}
}

// gauge sets a bucket's gauges to how they stand now.
func (r *Recorder) gauge(b *Bucket) {
	b.Pending, b.Unsynced, b.Red = r.pending, r.unsynced, r.red
}

// Extend makes buckets up to a later horizon. What Buckets gave before is no
// longer written to, but for the histograms of its last bucket.
func (r *Recorder) Extend(horizon time.Duration) {
	n := int((horizon + r.bucket - 1) / r.bucket)
	for len(r.buckets) < n {
		r.buckets = append(r.buckets, Bucket{})
	}
}

// Close carries the gauges forward to now, for buckets in which nothing happened.
func (r *Recorder) Close(now time.Duration) {
	r.gauge(r.at(now))
}

// carry sets the gauges of the buckets before i in which nothing happened.
func (r *Recorder) carry(i int) {
	for ; r.last < i; r.last++ {
		r.gauge(&r.buckets[r.last])
	}
	r.begins = time.Duration(r.last) * r.bucket
}

// Buckets gives what was counted so far; the caller may read it between notes.
func (r *Recorder) Buckets() []Bucket { return r.buckets }

// settle takes a completed sale off the books. How long one lay in an offline
// queue says nothing about the backend's latency now.
func (r *Recorder) settle(b *Bucket, n *Note) {
	if n.Settled {
		r.unsynced--
		return
	}
	r.pending--
	b.Latency.Add(n.Took)
}

// inLast says whether a moment lies in the last bucket that was begun, as most do. It
// spares a division for each note.
func (r *Recorder) inLast(at time.Duration) bool {
	return r.begins <= at && at < r.begins+r.bucket
}

func (r *Recorder) at(now time.Duration) *Bucket {
	i := min(max(int(now/r.bucket), 0), len(r.buckets)-1)
	r.carry(i)
	return &r.buckets[i]
}
