package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
)

// record is what was ordered of a container and what the daemon told of it.
// The daemon's events show what an inspection cannot, such as a pause that is
// over; an inspection shows what the events cannot, as the daemon keeps only
// the last few hundred of all its containers and forgets them when it restarts.
type record struct {
	mu      sync.Mutex
	id      string // of the container; empty before it was made
	started string // when it was started last, in the daemon's word
	up      bool   // it is to run
	still   bool   // it is to stand still
	doomed  bool   // it is to be killed at a moment that the kernel chooses
	ordered []due
	seen    []events.Message
	known   map[seenKey]bool
	until   time.Time // up to when the events were asked for
	begun   time.Time // when the container was made
}

// due is an event that an order brings about.
type due struct {
	action events.Action
	at     time.Time
}

// seenKey tells one event from another.
type seenKey struct {
	action events.Action
	at     int64
}

// overlap is how much of the time before the last question is asked for again:
// the daemon may note an event a moment after its time.
const overlap = 2 * time.Second

// say words the events that count; others, such as a look at its logs, change
// nothing in a container.
var say = map[events.Action]func(attributes map[string]string) string{
	events.ActionDie:     func(a map[string]string) string { return "ended with code " + a["exitCode"] },
	events.ActionKill:    func(a map[string]string) string { return "was sent signal " + a["signal"] },
	events.ActionOOM:     func(map[string]string) string { return "ran out of memory" },
	events.ActionStart:   func(map[string]string) string { return "was started" },
	events.ActionPause:   func(map[string]string) string { return "was paused" },
	events.ActionUnPause: func(map[string]string) string { return "was let go on" },
	events.ActionUpdate:  func(map[string]string) string { return "was given other limits" },
	events.ActionDestroy: func(map[string]string) string { return "was removed" },
}

// order notes what an order that is about to be given brings about; cancel
// takes that back, where it was not carried out.
func (r *record) order(actions ...events.Action) (cancel func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for _, a := range actions {
		r.ordered = append(r.ordered, due{a, now})
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ordered = slices.DeleteFunc(r.ordered, func(d due) bool { return d.at.Equal(now) && slices.Contains(actions, d.action) })
	}
}

// is notes how the container is to be from now on.
func (r *record) is(up, still bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.up, r.still = up, still
}

// doom notes that the kernel is to kill the container soon, for want of memory; spare
// takes that back.
func (r *record) doom() (spare func()) {
	cancel := r.order(events.ActionOOM, events.ActionDie)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doomed = true
	return func() {
		cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.doomed = false
	}
}

// ended notes that the container is down, if it was doomed.
func (r *record) ended() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.doomed {
		r.doomed, r.up, r.still = false, false, false
	}
}

// stands says whether the container is to stand still.
func (r *record) stands() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.still
}

// excuse forgives an end that has come already or will come yet.
func (r *record) excuse() {
	r.mu.Lock()
	up := r.up
	r.mu.Unlock()
	if up {
		r.order(events.ActionDie)
		r.is(false, false)
	}
}

// began notes a start that succeeded, as the daemon tells of it.
func (r *record) began(id, at string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.id, r.started, r.up, r.still = id, at, true, false
}

// ask fetches the events since the last question.
func (r *record) ask(ctx context.Context, c *client.Client) error {
	r.mu.Lock()
	id, since := r.id, r.begun
	if !r.until.IsZero() {
		since = r.until.Add(-overlap)
	}
	r.mu.Unlock()
	if id == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	until := time.Now()
	stream := c.Events(ctx, client.EventsListOptions{
		Since: moment(since), Until: moment(until),
		Filters: make(client.Filters).Add("type", string(events.ContainerEventType)).Add("container", id),
	})
	for {
		select {
		case m := <-stream.Messages:
			r.note(m)
		case err := <-stream.Err:
			if !errors.Is(err, io.EOF) {
				return err
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.until = until
			return nil
		}
	}
}

func moment(t time.Time) string { return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond()) }

func (r *record) note(m events.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := seenKey{m.Action, m.TimeNano}
	if say[m.Action] == nil || r.known[k] {
		return
	}
	if r.known == nil {
		r.known = map[seenKey]bool{}
	}
	r.known[k] = true
	r.seen = append(r.seen, m)
}

// odd gives the events that no order explains, first to last: each order
// explains the event of its kind that is nearest in time.
func (r *record) odd() []events.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := slices.Clone(r.seen)
	for _, d := range r.ordered {
		nearest := -1
		for i, m := range left {
			if m.Action == d.action && (nearest < 0 || apart(m, d) < apart(left[nearest], d)) {
				nearest = i
			}
		}
		if nearest >= 0 {
			left = slices.Delete(left, nearest, nearest+1)
		}
	}
	slices.SortFunc(left, func(a, b events.Message) int { return cmp.Compare(a.TimeNano, b.TimeNano) })
	return left
}

func apart(m events.Message, d due) time.Duration {
	return time.Unix(0, m.TimeNano).Sub(d.at).Abs()
}

// told words events, those that come within a moment of each other in one.
func told(name string, odd []events.Message) []Disturbance {
	const atOnce = 2 * time.Second
	var all []Disturbance
	var words []string
	for i, m := range odd {
		at := time.Unix(0, m.TimeNano)
		if i == 0 || at.Sub(time.Unix(0, odd[i-1].TimeNano)) > atOnce {
			all, words = append(all, Disturbance{At: at}), nil
		}
		words = append(words, say[m.Action](m.Actor.Attributes))
		all[len(all)-1].What = name + " " + strings.Join(words, ", ") + ", which nobody ordered"
	}
	return all
}
