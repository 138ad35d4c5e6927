package terminal

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// Each testdata/*.txt is a story: lines that begin with '>' are what happens,
// the lines beneath are the terminal's effects.
//
//	> cohort KEY=VALUE…      declares the terminal; a sale comes at 10 s, then every minute
//	> wake 10s               steps Wake
//	> reply 10.2s 1 ok       steps Reply of attempt 1
//	> run 35s                steps every wake that is due up to then
func TestStories(t *testing.T) {
	trace.Replay(t, tell)
}

func tell(t *testing.T, text string) string {
	var got strings.Builder
	s := &story{t: t}
	scan := bufio.NewScanner(strings.NewReader(text))
	for scan.Scan() {
		line := scan.Text()
		if line == "" || line[0] == '#' {
			got.WriteString(line + "\n")
			continue
		}
		if cmd, ok := strings.CutPrefix(line, "> "); ok {
			got.WriteString(line + "\n" + s.do(strings.Fields(cmd)))
		}
	}
	return got.String()
}

type story struct {
	t    *testing.T
	term *Terminal
	wake time.Duration
	out  []Effect
}

func (s *story) do(words []string) string {
	switch words[0] {
	case "cohort":
		s.wake = never
		fleet, timeline := declare(s.t, words[1:])
		s.term = New(NewCohorts(fleet, timeline)[0], 1, 0)
		s.term.nextSale = 10 * time.Second // readable, whatever the phase drawn
		return ""
	case "wake":
		return s.step(s.at(words[1]), Event{Kind: Wake})
	case "reply":
		return s.step(s.at(words[1]), reply(s.t, words[2:]))
	case "run":
		var b strings.Builder
		for s.wake <= s.at(words[1]) {
			now := s.wake
			s.wake = never
			fmt.Fprintf(&b, "  at %v\n%s", now, s.step(now, Event{Kind: Wake}))
		}
		return b.String()
	}
	s.t.Fatalf("unknown command %q", words)
	return ""
}

func (s *story) step(now time.Duration, ev Event) string {
	var b strings.Builder
	s.out = s.term.Step(now, ev, s.out[:0])
	for _, e := range s.out {
		if e.Kind == WakeAt {
			s.wake = min(s.wake, e.At)
		}
		b.WriteString("  " + show(e) + "\n")
	}
	return b.String()
}

func (s *story) at(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func show(e Effect) string {
	switch e.Kind {
	case Send:
		s := fmt.Sprintf("send attempt %d of sale %d, due %v, for %v", e.Attempt, e.Sale, e.At, e.Timeout)
		if e.Misdated {
			s += fmt.Sprintf(", dated %v", e.SoldAt)
		}
		return s
	case WakeAt:
		return fmt.Sprintf("wake at %v", e.At)
	case Cancel:
		return fmt.Sprintf("cancel attempt %d", e.Attempt)
	}
	what := [...]string{"sold", "sent", "ended", "completed", "came late", "given up", "parked", "turned away"}[e.Note.What]
	s := fmt.Sprintf("note sale %d %s", e.Sale, what)
	if e.Note.What == history.Ended {
		s += " " + e.Note.Cause.String()
	}
	if e.Note.Took > 0 {
		s += fmt.Sprintf(" after %v", e.Note.Took)
	}
	if e.Note.Settled {
		s += ", from the offline queue"
	}
	switch e.Note.Logo {
	case history.TurnedRed:
		s += "; the logo turns red"
	case history.TurnedBlue:
		s += "; the logo turns blue"
	}
	return s
}

func reply(t *testing.T, words []string) Event {
	n, err := strconv.ParseUint(words[0], 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	ev := Event{Kind: Reply, Attempt: uint32(n)}
	if words[1] != "ok" {
		if err := ev.Outcome.Cause.UnmarshalText([]byte(words[1])); err != nil {
			t.Fatal(err)
		}
	}
	if len(words) > 2 {
		if ev.Outcome.RetryAfter, err = time.ParseDuration(words[2]); err != nil {
			t.Fatal(err)
		}
	}
	return ev
}

func declare(t *testing.T, words []string) ([]Config, []fault.Event) {
	var timeline []fault.Event
	newer := Config{
		Cohort: "newer", Timeout: 3 * time.Second, Sale: Sale{Every: time.Minute}, Offline: &Offline{After: time.Second, Jitter: NoSpread},
		Retry: retry.Config{Backoff: retry.Constant, Base: 4 * time.Second},
	}
	c := Config{
		Cohort: "story", Terminals: 1, Timeout: 2 * time.Second,
		Sale: Sale{Every: time.Minute, Arrival: Regular, Deadline: 15 * time.Second},
	}
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		if key == "spike" { // of a minute, at that time, threefold
			at, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			timeline = append(timeline, fault.Event{Kind: fault.Spike, At: at, For: time.Minute, Times: 3})
			continue
		}
		if key == "update" { // to the newer client, at that time
			at, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			timeline = append(timeline, fault.Event{Kind: fault.Rollout, At: at, For: time.Nanosecond, From: c.Cohort, To: newer.Cohort})
			continue
		}
		if err := set(&c, key, value); err != nil {
			t.Fatalf("%s: %v", w, err)
		}
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return []Config{c, newer}, timeline
}

func set(c *Config, key, value string) (err error) {
	switch key {
	case "cancel":
		err = c.Cancel.UnmarshalText([]byte(value))
	case "backoff":
		err = c.Retry.Backoff.UnmarshalText([]byte(value))
	case "base":
		c.Retry.Base, err = time.ParseDuration(value)
	case "max":
		var n int
		n, err = strconv.Atoi(value)
		c.Retry.MaxAttempts = field.Limit(n)
	case "parallel":
		c.Retry.Parallel, err = strconv.Atoi(value)
	case "deadline":
		c.Sale.Deadline, err = time.ParseDuration(value)
	case "offline":
		c.Offline = &Offline{}
		c.Offline.After, err = time.ParseDuration(value)
	case "capacity":
		var n int
		n, err = strconv.Atoi(value)
		c.Offline.Capacity = field.Limit(n)
	case "pace":
		c.Offline.Pace, err = time.ParseDuration(value)
	case "jitter":
		err = c.Offline.Jitter.UnmarshalText([]byte(value))
	case "syncs":
		c.Offline.Parallel, err = strconv.Atoi(value)
	case "order":
		err = c.Offline.Order.UnmarshalText([]byte(value))
	case "payments":
		c.Offline.Payments = new(value == "true")
	case "date":
		err = c.Offline.BusinessDate.UnmarshalText([]byte(value))
	case "open", "close":
		if c.Hours == nil {
			c.Hours = &Hours{Close: day}
		}
		var at time.Duration
		at, err = time.ParseDuration(value)
		*map[string]*time.Duration{"open": &c.Hours.Open, "close": &c.Hours.Close}[key] = at
	case "sync-base": // a constant one, given up after two attempts
		c.Offline.Retry = retry.Config{Backoff: retry.Constant, MaxAttempts: 2}
		c.Offline.Retry.Base, err = time.ParseDuration(value)
	case "breaker":
		c.Retry.Breaker = &retry.Breaker{Calls: 2}
		c.Retry.Breaker.Open, err = time.ParseDuration(value)
	default:
		err = fmt.Errorf("unknown key")
	}
	return err
}
