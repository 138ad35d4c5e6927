package fault

import "time"

// Off is when the operator has switched retries off. The zero Off is never.
type Off struct{ spans []Event }

// RetriesOffIn gives when retries are off by a timeline.
func RetriesOffIn(timeline []Event) Off {
	var o Off
	for _, e := range timeline {
		if e.Kind == RetriesOff {
			o.spans = append(o.spans, e)
		}
	}
	return o
}

// Until says whether retries are off at a moment, and when they are switched on
// again.
func (o Off) Until(now time.Duration) (until time.Duration, off bool) {
	for _, e := range o.spans {
		if e.At <= now && now < e.End() {
			until, off = max(until, e.End()), true
		}
	}
	return until, off
}
