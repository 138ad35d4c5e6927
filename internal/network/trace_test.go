package network

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// TestLinkDoesAsTheTracesSay plays testdata/*.txt: lines "time command → outcome", each
// block with a link of its own. The commands are
//
//	set FAULT, FAULT …      such as "set cut drop back, latency 50ms 10ms"; "set" for none
//	connect, there N, back N   a connection, or a message of N bytes; followed until it
//	                        has arrived or broken
//	reset there             what is sent once only
func TestLinkDoesAsTheTracesSay(t *testing.T) {
	trace.Replay(t, func(t *testing.T, text string) string {
		return trace.Blocks(text, func(block string) string {
			l := New(1, "fleet", "api")
			var out []string
			for line := range strings.Lines(block) {
				out = append(out, played(t, l, strings.TrimRight(line, "\n")))
			}
			return strings.Join(out, "\n")
		})
	})
}

func played(t *testing.T, l *Link, line string) string {
	t.Helper()
	if strings.HasPrefix(line, "#") {
		return line
	}
	head, _, _ := strings.Cut(line, " → ")
	when, command, _ := strings.Cut(head, " ")
	now, err := time.ParseDuration(when)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	word, rest, _ := strings.Cut(command, " ")
	var size int
	_, _ = fmt.Sscan(rest, &size)
	switch word {
	case "set":
		l.Set(faults(t, rest))
		return head
	case "connect":
		return head + " → " + followed(now, l.Connect)
	case "reset":
		if at, ok := l.Signal(now, direction(rest)); ok {
			return fmt.Sprintf("%s → arrives %v", head, at)
		}
		return head + " → lost"
	}
	return head + " → " + followed(now, func(now time.Duration, try int) Outcome { return l.Send(now, direction(word), size, try) })
}

// followed tries until it is known what becomes of it; a second block of a trace can
// change the faults only before that, so a cut is followed to its end.
func followed(now time.Duration, send func(now time.Duration, try int) Outcome) string {
	var words []string
	for try := 0; ; try++ {
		o := send(now, try)
		words = append(words, fmt.Sprintf("%s %v", [...]string{"arrives", "again", "refused", "broken"}[o.Fate], o.At))
		if o.Fate != Again {
			return strings.Join(words, ", ")
		}
		now = o.At
	}
}

func direction(word string) fault.Way {
	if word == "back" {
		return fault.Back
	}
	return fault.There
}

// faults reads the kinds, each with its words and figures.
func faults(t *testing.T, text string) []fault.Event {
	t.Helper()
	var all []fault.Event
	for part := range strings.SplitSeq(text, ", ") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		var e fault.Event
		if err := e.Kind.UnmarshalText([]byte(words[0])); err != nil {
			t.Fatal(err)
		}
		for _, w := range words[1:] {
			read(t, &e, w)
		}
		all = append(all, e)
	}
	return all
}

func read(t *testing.T, e *fault.Event, w string) {
	t.Helper()
	var share float64
	switch d, err := time.ParseDuration(w); {
	case e.How.UnmarshalText([]byte(w)) == nil, e.Way.UnmarshalText([]byte(w)) == nil:
	case err == nil && e.Latency == 0:
		e.Latency = d
	case err == nil:
		e.Jitter = d
	default:
		if _, err := fmt.Sscan(w, &share); err != nil {
			t.Fatalf("%s: %v", w, err)
		}
		e.Share, e.Rate = field.Ratio(share), field.Bytes(share)
	}
}
