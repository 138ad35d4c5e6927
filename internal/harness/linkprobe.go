package harness

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/proxy"
)

// strikeLink brings a fault of a link on, or lifts it, and returns when that shows:
//
//	fault      shows
//	cut        a probe over the link is not answered, or is refused
//	latency    a probe takes no less than that
//	others     the link says so itself, and afterwards how much it lost or broke
//	none       a probe is answered
//
// While the node called is down or stands still there is nothing to be probed.
func (s *system) strikeLink(ctx context.Context, ev fault.Event, on bool) (string, error) {
	l, called, err := s.linkOf(ev)
	if err != nil {
		return "", fmt.Errorf("harness: a %s %w", ev.Kind, err)
	}
	ctx, cancel := called.within(ctx)
	defer cancel()
	before, _, _ := l.state(ctx)
	told, err := l.set(ctx, s.inForce(ev, on))
	if err != nil {
		return "", fmt.Errorf("harness: %s on %s→%s: %w", ev.Kind, ev.From, ev.To, err)
	}
	for {
		saw, err := shows(ctx, l, called, ev, on)
		if err == nil {
			return joined(told, saw, counted(ev, on, before.Stats)), nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("harness: %s on %s→%s: %w: %w", ev.Kind, ev.From, ev.To, context.Cause(ctx), err)
		case <-time.After(between):
		}
	}
}

// inForce notes that a fault of a link is on or off, and gives those of its link that
// are on then.
func (s *system) inForce(ev fault.Event, on bool) []fault.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(e fault.Event) bool { return e.From == ev.From && e.To == ev.To }
	s.faults = slices.DeleteFunc(s.faults, func(e fault.Event) bool { return same(e) && e.Kind == ev.Kind })
	if on {
		s.faults = append(s.faults, ev)
	}
	var all []fault.Event
	for _, e := range s.faults {
		if same(e) {
			all = append(all, e)
		}
	}
	return all
}

// shows says what shows that a fault is on or off; the error says what is missing.
func shows(ctx context.Context, l link, called *node, ev fault.Event, on bool) (string, error) {
	st, known, err := l.state(ctx)
	if err != nil || !known {
		return "", err
	}
	if has := slices.ContainsFunc(st.Faults, func(e fault.Event) bool { return e.Kind == ev.Kind }); has != on {
		return "", fmt.Errorf("the link says that it has %s", kindsOf(st.Faults))
	}
	says := fmt.Sprintf("the link has %s, as it says itself", kindsOf(st.Faults))
	if s, err := called.instance.look(ctx); err != nil || !s.alive || s.frozen {
		return fmt.Sprintf("%s; %v, so nothing is probed", says, s), err
	}
	for _, e := range st.Faults { // which no probe sees through
		if e.Kind == fault.Cut && (ev.Kind != fault.Cut || !on) || e.Kind == fault.Reset || e.Kind == fault.Loss {
			return says, nil
		}
	}
	within := hearing
	if ev.Kind == fault.Cut && on {
		within = silence
	}
	seen, err := l.probe(ctx, within)
	if err != nil {
		return "", err
	}
	saw, err := judged(seen, ev, on)
	return says + "; " + saw, err
}

// judged says whether a probe saw what it must.
func judged(seen proxy.Seen, ev fault.Event, on bool) (string, error) {
	took := seen.Took.Round(100 * time.Microsecond)
	switch {
	case !on || ev.Kind != fault.Cut:
		if seen.Problem != "" {
			return "", fmt.Errorf("a probe over it failed after %v: %s", took, seen.Problem)
		}
		if on && ev.Kind == fault.Latency && seen.Took < least(ev) {
			return "", fmt.Errorf("a probe over it took %v, less than %v", took, least(ev))
		}
		return fmt.Sprintf("a probe over it took %v", took), nil
	case ev.How == fault.Refuse && !seen.Refused:
		return "", fmt.Errorf("a probe over it is not refused")
	case seen.Problem == "":
		return "", fmt.Errorf("a probe over it is answered after %v", took)
	case ev.How == fault.Refuse:
		return "a probe over it is refused", nil
	}
	return fmt.Sprintf("a probe over it has no answer within %v", silence), nil
}

// least is what a probe takes at the least under a latency: a round trip to connect,
// and one to ask.
func least(ev fault.Event) time.Duration {
	each := 2 * (ev.Latency - ev.Jitter)
	if ev.Way.Is(fault.There) && ev.Way.Is(fault.Back) {
		each *= 2
	}
	return each
}

// counted says what a fault that is over has done, of what was sent since the link was
// last made.
func counted(ev fault.Event, on bool, st network.Stats) string {
	if on || st.Sent == 0 {
		return ""
	}
	return fmt.Sprintf("so far it lost %d and broke %d of %d messages and connections", st.Lost, st.Broken, st.Sent)
}

func joined(parts ...string) string {
	var all string
	for _, p := range parts {
		if p != "" && all != "" {
			all += "; "
		}
		all += p
	}
	return all
}
