package verdict

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// story is a labelled history: one file of testdata/histories, whose README
// describes the format.
type story struct {
	name    string
	history history.History
	judge   Config
	want    map[string]string // by the word after "want", such as "_ttr"
}

// stories reads all of them, in the order of their names.
func stories(t testing.TB) []story {
	t.Helper()
	files, err := filepath.Glob("../../testdata/histories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled histories: %v", err)
	}
	var out []story
	for _, f := range files {
		s, err := readStory(f)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, s)
	}
	return out
}

func readStory(file string) (story, error) {
	s := story{name: strings.TrimSuffix(filepath.Base(file), ".txt"), want: map[string]string{}}
	s.history.Bucket = time.Second
	s.history.Ledger.Done = true
	f, err := os.Open(file)
	if err != nil {
		return s, err
	}
	defer f.Close()
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		line, _, _ := strings.Cut(scan.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := s.line(line); err != nil {
			return s, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s, scan.Err()
}

func (s *story) line(line string) error {
	key, value, header := strings.Cut(line, ": ")
	if !header {
		return s.segment(strings.Fields(line))
	}
	words := strings.Fields(value)
	switch h := &s.history; key {
	case "about":
		return nil
	case "problem":
		h.Problem = value
		return nil
	case "disturbed":
		h.Disturbed = append(h.Disturbed, value)
		return nil
	case "bucket":
		return read(&h.Bucket, value)
	case "horizon":
		return read(&h.Horizon, value)
	case "trigger":
		return read(&h.Trigger, value)
	case "capacity":
		return read(&h.Capacity, value)
	case "demand":
		return read(&h.Demand, value)
	case "endless":
		h.Endless = value == "true"
		return nil
	case "fault":
		return s.fault(value)
	case "generator":
		g := &h.Generator
		return pairs(words, map[string]any{"lag": &g.LagP99, "undelivered": &g.Undelivered, "cpu": &g.CPU, "wall": &g.Wall, "cores": &g.Cores})
	case "clients":
		return pairs(words, map[string]any{"timeout": &h.Clients.Timeout, "delay": &h.Clients.Delay})
	case "owed":
		return pairs(words, map[string]any{"retries": &h.Owed.Retries, "unsynced": &h.Owed.Unsynced, "last": &h.Owed.Last})
	case "statistics":
		h.Unobserved = value == "none"
		return nil
	case "ledger":
		a := &h.Ledger
		if value == "none" {
			*a = history.Audit{None: true}
			return nil
		}
		return pairs(words, map[string]any{"unread": &a.Done, "lost": &a.Lost, "duplicated": &a.Duplicated})
	case "judge":
		j := &s.judge
		return pairs(words, map[string]any{"window": &j.Window, "hold": &j.Hold, "warmup": &j.Warmup, "goodput": &j.Goodput,
			"amplification": &j.Amplification, "latency": &j.Latency, "within": &j.Within, "lag": &j.Lag, "undelivered": &j.Undelivered, "cpu": &j.CPU})
	}
	if rest, ok := strings.CutPrefix(key, "want"); ok {
		s.want[rest] = value
		return nil
	}
	return fmt.Errorf("unknown header %q", key)
}

// fault reads "crash api 20s-30s unapplied: why", where node, flaws and why may
// be left out.
func (s *story) fault(value string) error {
	value, why, _ := strings.Cut(value, ": ")
	words := strings.Fields(value)
	f := history.Fault{Kind: words[0], Applied: true, Removed: true, Failure: why}
	for _, w := range words[1:] {
		switch {
		case w == "unapplied":
			f.Applied = false
		case w == "unremoved":
			f.Removed = false
		case w == "endless":
			f.Endless, f.Removed = true, false
		case read(&f.Span, w) == nil:
		default:
			f.Node = w
		}
	}
	s.history.Faults = append(s.history.Faults, f)
	return nil
}

// rates are the words of a segment that count per second, gauges those that do not.
type segment struct {
	span   history.Span
	value  map[string][2]float64 // at its start and at its end
	blind  bool
	length float64 // seconds
}

func (s *story) segment(words []string) error {
	seg := segment{value: map[string][2]float64{}}
	if err := read(&seg.span, words[0]); err != nil {
		return err
	}
	for _, w := range words[1:] {
		if w == "blind" {
			seg.blind = true
			continue
		}
		key, value, _ := strings.Cut(w, "=")
		if !strings.Contains(" demand attempts goodput late failed rejected served queue pending unsynced p99 wasted ", " "+key+" ") {
			return fmt.Errorf("unknown word %q", w)
		}
		from, to, ramp := strings.Cut(value, "..")
		if !ramp {
			to = from
		}
		a, errA := number(from)
		b, errB := number(to)
		if errA != nil || errB != nil {
			return fmt.Errorf("%q is no number and no from..to", w)
		}
		seg.value[key] = [2]float64{a, b}
	}
	seg.length = (seg.span.To - seg.span.From).Seconds()
	return s.write(seg)
}

// write appends the buckets of a segment; what it leaves out is as in health.
func (s *story) write(seg segment) error {
	h := &s.history
	if seg.span.From != time.Duration(len(h.Buckets))*h.Bucket {
		return fmt.Errorf("the segment begins at %v, not where the last one ended", seg.span.From)
	}
	or := func(key, other string) {
		if _, ok := seg.value[key]; !ok {
			seg.value[key] = seg.value[other]
		}
	}
	or("attempts", "demand")
	or("goodput", "demand")
	or("served", "attempts")
	if _, ok := seg.value["p99"]; !ok {
		seg.value["p99"] = [2]float64{0.1, 0.1}
	}
	for at := seg.span.From; at < seg.span.To; at += h.Bucket {
		b := seg.bucket(at, at+h.Bucket, h.Bucket)
		if h.Unobserved {
			hide(&b)
		}
		h.Buckets = append(h.Buckets, b)
	}
	return nil
}

func (g segment) bucket(from, to, length time.Duration) history.Bucket {
	count := func(key string) int64 { return int64(g.until(key, to)+1e-6) - int64(g.until(key, from)+1e-6) }
	gauge := func(key string) int64 { return int64(g.at(key, to)) }
	b := history.Bucket{
		Demand: count("demand"), Attempts: count("attempts"), Good: count("goodput"), Late: count("late"),
		Failed: count("failed"), Served: count("served"),
		Queue: gauge("queue"), Pending: gauge("pending"), Unsynced: gauge("unsynced"), Blind: g.blind,
	}
	b.Outcomes[retry.OK], b.Outcomes[retry.Rejected] = b.Good+b.Late, count("rejected")
	if _, ok := g.value["wasted"]; ok {
		b.Worked = length
		b.Wasted = time.Duration(g.at("wasted", to) * float64(length))
	}
	p99 := time.Duration(g.at("p99", to) * float64(time.Second))
	done := b.Good + b.Late
	for i := range done {
		if slow := (done + 49) / 50; i < slow {
			b.Latency.Add(p99)
		} else {
			b.Latency.Add(p99 / 3)
		}
	}
	return b
}

// at is the value at a moment, until the sum of a rate up to it.
func (g segment) at(key string, now time.Duration) float64 {
	v := g.value[key]
	return v[0] + (v[1]-v[0])*(now-g.span.From).Seconds()/g.length
}

func (g segment) until(key string, now time.Duration) float64 {
	return (g.at(key, g.span.From) + g.at(key, now)) / 2 * (now - g.span.From).Seconds()
}

// number reads 300, 30% or 200ms, the last in seconds.
func number(s string) (float64, error) {
	if p, ok := strings.CutSuffix(s, "%"); ok {
		v, err := strconv.ParseFloat(p, 64)
		return v / 100, err
	}
	if d, err := time.ParseDuration(s); err == nil {
		return d.Seconds(), nil
	}
	return strconv.ParseFloat(s, 64)
}

func pairs(words []string, into map[string]any) error {
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		dst, ok := into[key]
		if !ok {
			return fmt.Errorf("unknown word %q", w)
		}
		if err := read(dst, value); err != nil {
			return err
		}
	}
	return nil
}

func read(dst any, value string) error {
	var err error
	switch dst := dst.(type) {
	case *bool: // a flaw
		*dst = false
	case *time.Duration:
		*dst, err = time.ParseDuration(value)
	case *history.Span:
		from, to, ok := strings.Cut(value, "-")
		if !ok {
			return fmt.Errorf("%q is no stretch of time", value)
		}
		if err = read(&dst.From, from); err == nil {
			err = read(&dst.To, to)
		}
	default:
		var v float64
		v, err = number(value)
		switch dst := dst.(type) {
		case *float64:
			*dst = v
		case *field.Ratio:
			*dst = field.Ratio(v)
		case *int:
			*dst = int(math.Round(v))
		case *int64:
			*dst = int64(math.Round(v))
		}
	}
	return err
}
