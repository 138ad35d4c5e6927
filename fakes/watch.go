package fakes

import "time"

// late is how much later than the one before a look may be before it shows
// that this process itself stood still. Looks are a second apart at most.
const late = 3 * time.Second

// watch tells when the harness has been silent for too long. It reads no
// clock: now is the time since any fixed moment.
type watch struct {
	grace  time.Duration // the silence that is borne
	since  time.Duration // from when the silence counts
	looked time.Duration // the latest look
}

// beat notes a heartbeat.
func (w *watch) beat(now time.Duration) { w.since = now }

// orphaned says whether the silence has lasted too long. A process that was
// stopped could not hear: then the full grace starts again.
func (w *watch) orphaned(now time.Duration) bool {
	if now-w.looked > late {
		w.since = now
	}
	w.looked = now
	return now-w.since > w.grace
}

// period is how often to look.
func (w *watch) period() time.Duration { return min(time.Second, max(w.grace/4, time.Millisecond)) }
