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
func (o *Off) Until(now time.Duration) (until time.Duration, off bool) {
	if o.spans == nil {
		return 0, false
	}
	return o.longest(now)
}

// longest gives the end of the spans at a moment, where some are declared.
func (o *Off) longest(now time.Duration) (until time.Duration, off bool) {
	for i := range o.spans {
		e := &o.spans[i]
		if e.At <= now && now < e.End() {
			until, off = max(until, e.End()), true
		}
	}
	return until, off
}
