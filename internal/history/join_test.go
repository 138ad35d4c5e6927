package history

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var exactly = cmp.AllowUnexported(Histogram{})

// shards is a fleet's record in as many shards as were drawn: the notes of each,
// and what else only those who drove it know.
type shards struct {
	notes []([]Note)
	lags  []Histogram
	links []([]LinkBucket) // from the fleet
	owed  []Owed
	audit []Audit
}

func anyShards(t *rapid.T) shards {
	var s shards
	for range rapid.IntRange(1, 6).Draw(t, "shards") {
		s.notes = append(s.notes, anyNotes(t))
		s.lags = append(s.lags, filled(rapid.SliceOfN(rapid.Custom(anyDuration), 1, 20).Draw(t, "lags")))
		var link []LinkBucket
		var owed Owed
		var audit Audit
		fill(t, reflect.ValueOf(&owed).Elem())
		for _, n := range []*int64{&audit.Entries, &audit.Lost, &audit.Duplicated, &audit.Misdated, &audit.Unknown} {
			*n = rapid.Int64Range(0, 5).Draw(t, "audited")
		}
		for range joined {
			b := LinkBucket{Calls: rapid.Int64Range(0, 9).Draw(t, "calls")}
			b.Outcomes[1] = b.Calls
			link = append(link, b)
		}
		s.links, s.owed, s.audit = append(s.links, link), append(s.owed, owed), append(s.audit, audit)
	}
	return s
}

// joined is how many seconds these runs have.
const joined = 30

// record gives the history of whoever drove some of the shards.
func (s *shards) record(numbers []int) *History {
	h := &History{
		Seed: 7, Part: Part{Of: len(s.notes), Shards: numbers}, Bucket: time.Second, Horizon: joined * time.Second,
		Capacity: 100, Demand: 3, Trigger: Span{From: 9 * time.Second, To: 12 * time.Second},
		Generator: Generator{Wall: joined * time.Second, Cores: 2, CPU: time.Second},
		Faults:    []Fault{{Kind: "spike", Applied: true, Removed: true, Evidence: "demand rose"}},
		Ledger:    Audit{Done: true},
	}
	// One recorder, as one process has it: the shards' notes in order of time.
	r := NewRecorder(h.Bucket, h.Horizon)
	heads := make([]int, len(s.notes))
	for {
		next := -1
		for _, k := range numbers {
			if heads[k] < len(s.notes[k]) && (next < 0 || s.notes[k][heads[k]].At < s.notes[next][heads[next]].At) {
				next = k
			}
		}
		if next < 0 {
			break
		}
		r.Note(&s.notes[next][heads[next]])
		heads[next]++
	}
	r.Close(h.Horizon)
	h.Buckets = r.Buckets()
	h.Links = []Link{{From: Fleet, To: "api", Buckets: make([]LinkBucket, joined)}}
	for _, k := range numbers {
		h.Generator.Lag.Merge(&s.lags[k])
		h.Owed.Add(s.owed[k])
		h.Ledger.add(&s.audit[k])
		for i := range s.links[k] {
			h.Links[0].Buckets[i].Add(&s.links[k][i])
		}
	}
	h.Generator.LagP99 = h.Generator.Lag.Quantile(0.99)
	return h
}

// watch adds what the one process knows that watched the backend.
func watch(h *History) {
	for i := range h.Buckets {
		b := &h.Buckets[i]
		b.Queue, b.Served, b.Worked, b.Wasted, b.Blind = int64(i), 3, time.Second, time.Millisecond, i == 20
		h.Wasted += b.Wasted
	}
	h.Nodes = []Node{{Name: "api", Buckets: make([]NodeBucket, joined)}, {Name: "db", Buckets: make([]NodeBucket, joined)}}
	h.Nodes[1].Buckets[3].Queue = 4
	h.Links = append(h.Links, Link{From: "api", To: "db", Buckets: make([]LinkBucket, joined)})
	h.Links[1].Buckets[2].Attempts = 5
	h.Faults = append(h.Faults, Fault{Kind: "crash", Node: "api", Span: h.Trigger, Applied: true, Removed: true, Evidence: "gone"})
	h.Disturbed = []string{"the backend stumbled"}
}

// split deals the shards out at random; a part may have none.
func split(t *rapid.T, s *shards) []*History {
	numbers := make([][]int, rapid.IntRange(1, 4).Draw(t, "parts"))
	for k := range s.notes {
		i := rapid.IntRange(0, len(numbers)-1).Draw(t, "part")
		numbers[i] = append(numbers[i], k)
	}
	var parts []*History
	for _, n := range numbers {
		parts = append(parts, s.record(n))
	}
	watch(parts[rapid.IntRange(0, len(parts)-1).Draw(t, "watcher")])
	return parts
}

func TestPartsOfAFleetJoinToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyShards(t)
		var all []int
		for k := range s.notes {
			all = append(all, k)
		}
		want := s.record(all)
		watch(want)
		want.Part = Part{}
		parts := split(t, &s)
		var before []string
		for _, p := range parts {
			before = append(before, written(t, p))
		}
		got, err := Join(parts...)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(parts); n > 1 { // each of them has processors of its own
			want.Generator.CPU, want.Generator.Cores = time.Duration(n)*time.Second, 2*n
			want.Generator.Busiest = 1.0 / 2 / joined
		}
		if diff := cmp.Diff(want, got, exactly); diff != "" {
			t.Fatalf("-whole +joined:\n%s", diff)
		}
		got.Buckets[0].Latency.Add(time.Second)
		got.Links[0].Buckets[0].Calls++
		got.Generator.Lag.Add(time.Hour)
		for i, p := range parts {
			if written(t, p) != before[i] {
				t.Fatalf("joining changed part %d, or shares memory with it", i)
			}
		}
	})
}

func TestInterruptedPartSaysSoInTheWhole(t *testing.T) {
	parts := pair()
	parts[1].Buckets, parts[1].Problem = parts[1].Buckets[:9], "interrupted"
	h, err := Join(parts...)
	if err != nil || h.Problem != "interrupted" || len(h.Buckets) != joined {
		t.Errorf("%v: problem %q, %d buckets", err, h.Problem, len(h.Buckets))
	}
	parts[0].Problem = "the disk is full"
	if h, _ := Join(parts...); h.Problem != "the disk is full; interrupted" {
		t.Errorf("problem %q", h.Problem)
	}
}

func TestFaultThatOnePartDidNotSeeIsNotApplied(t *testing.T) {
	parts := pair()
	parts[1].Faults[0].Applied, parts[1].Faults[0].Evidence = false, "demand stayed"
	h, err := Join(parts...)
	if err != nil {
		t.Fatal(err)
	}
	want := Fault{Kind: "spike", Removed: true, Evidence: "demand rose; demand stayed"}
	if diff := cmp.Diff(want, h.Faults[0]); diff != "" || len(h.Faults) != 2 {
		t.Errorf("%d faults\n%s", len(h.Faults), diff)
	}
}

func TestLagOfAPartIsNotLostWhereOnlyItsPercentileIsKnown(t *testing.T) {
	parts := pair()
	parts[0].Generator.LagP99 = 40 * time.Millisecond
	parts[1].Generator.Lag.Add(time.Millisecond)
	for range 2 {
		h, err := Join(parts...)
		if err != nil || h.Generator.LagP99 != 40*time.Millisecond {
			t.Errorf("%v: lag %v", err, h.Generator.LagP99)
		}
		parts[0].Generator, parts[1].Generator = parts[1].Generator, parts[0].Generator
	}
}

func TestSaturatedPartDoesNotHideBehindOthers(t *testing.T) {
	parts := pair()
	parts[0].Generator.CPU, parts[1].Generator.CPU = 0, 30*time.Second
	h, err := Join(parts...)
	if err != nil || h.Generator.Busiest != 0.5 || h.Generator.Cores != 4 || h.Generator.CPU != 30*time.Second {
		t.Errorf("%v: %+v", err, h.Generator)
	}
}

func TestAuditsOfPartsAddUpOnlyIfEachPartHasOne(t *testing.T) {
	own, other := Audit{Done: true, Entries: 5, Lost: 1}, Audit{Done: true, Entries: 7, Misdated: 2}
	failed := Audit{Failure: "no answer"}
	for name, tc := range map[string]struct{ a, b, want Audit }{
		"both":           {own, other, Audit{Done: true, Entries: 12, Lost: 1, Misdated: 2}},
		"one":            {own, Audit{}, Audit{Failure: "the ledger was compared with what only a part of the terminals believe"}},
		"one failed":     {own, failed, failed},
		"both failed":    {failed, failed, failed},
		"none":           {Audit{}, Audit{}, Audit{}},
		"one of all":     {Audit{}, Audit{Done: true, Whole: true, Entries: 9}, Audit{Done: true, Entries: 9}},
		"one of all too": {own, Audit{Done: true, Whole: true, Entries: 9}, Audit{Done: true, Entries: 9}},
	} {
		parts := pair()
		parts[0].Ledger, parts[1].Ledger = tc.a, tc.b
		h, err := Join(parts...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, h.Ledger); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEachTerminalBelongsToOneShard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 50).Draw(t, "of")
		terminal := rapid.Uint32().Draw(t, "terminal")
		n := 0
		for k := range of {
			if (Part{Of: of, Shards: []int{k}}).Holds(terminal) {
				n++
			}
		}
		if n != 1 || !(Part{}).Holds(terminal) {
			t.Fatalf("%d shards hold terminal %d", n, terminal)
		}
	})
}

// Histories that were written come from elsewhere: joining them breaks nothing.
func TestJoinNeverBreaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []*History
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			var h History
			fill(t, reflect.ValueOf(&h).Elem())
			if rapid.Bool().Draw(t, "alike") && len(parts) > 0 {
				h = *parts[0]
			}
			parts = append(parts, &h)
		}
		if _, err := Join(parts...); err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Fatal("an error that says nothing")
		}
	})
}

func TestWhatOnePartCouldNotAskForIsUnknownInTheWhole(t *testing.T) {
	part := func(shard int, unobserved bool, a Audit) *History {
		return &History{Part: Part{Of: 2, Shards: []int{shard}}, Unobserved: unobserved, Ledger: a}
	}
	for _, tt := range []struct {
		name  string
		parts []*History
		want  bool
		audit Audit
	}{
		{"both tell", []*History{part(0, false, Audit{Done: true}), part(1, false, Audit{Done: true})}, false, Audit{Done: true}},
		{"one asked in vain", []*History{part(0, true, Audit{None: true}), part(1, false, Audit{})}, true, Audit{None: true}},
		{"both asked in vain", []*History{part(0, true, Audit{None: true}), part(1, true, Audit{None: true})}, true, Audit{None: true}},
		{"one could not read", []*History{part(0, false, Audit{None: true}), part(1, false, Audit{Failure: "torn"})}, false, Audit{Failure: "torn"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := Join(tt.parts...)
			if err != nil || h.Unobserved != tt.want || h.Ledger != tt.audit {
				t.Errorf("unobserved: %t, ledger %+v, %v", h.Unobserved, h.Ledger, err)
			}
		})
	}
}
