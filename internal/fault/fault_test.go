package fault

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

const (
	s    = time.Second
	late = math.MaxInt64 - time.Second
)

// listed is all kinds, as an error lists them.
var listed = "'" + strings.Join(kinds, "', '") + "'"

func TestEachKindOfTriggerHasItsOwnFields(t *testing.T) {
	tests := []struct {
		name  string
		event Event
		want  field.List
	}{
		{"spike", Event{Kind: Spike, At: s, For: s, Times: 3, Cohort: "a"}, nil},
		{"lull", Event{Kind: Spike, At: s, For: s, Times: 0.1}, nil},
		{"crash", Event{Kind: Crash, At: s, For: s, Node: "api"}, nil},
		{"freeze", Event{Kind: Freeze, At: s, For: s}, nil},
		{"cpu", Event{Kind: CPU, At: s, For: s, CPUs: 0.2}, nil},
		{"shed", Event{Kind: Shed, At: s, For: s, Node: "api", Share: 1}, nil},
		{"a shed without a share", Event{Kind: Shed, At: s, For: s}, field.List{
			{Path: "share", Problem: "must be a share above 0 and up to 1, such as 0.5 or '50%'"},
		}},
		{"a shed of more than all", Event{Kind: Shed, At: s, For: s, Share: 1.01, CPUs: 1}, field.List{
			{Path: "share", Problem: "must be a share above 0 and up to 1, such as 0.5 or '50%'"},
			{Path: "cpus", Problem: "belongs to a cpu, not to a shed; leave it out"},
		}},
		{"a freeze with a share", Event{Kind: Freeze, At: s, For: s, Share: 0.5}, field.List{
			{Path: "share", Problem: "belongs to a shed or a rollout or a loss or a reset or a diskErrors, not to a freeze; leave it out"},
		}},
		{"the longest", Event{Kind: Crash, At: late, For: s}, nil},
		{"no kind", Event{}, field.List{{Path: "kind", Problem: "is missing; write one of " + listed}}},
		{"no such kind", Event{Kind: Kind(len(kinds) + 1)}, field.List{{Path: "kind", Problem: "is missing; write one of " + listed}}},
		{"nothing but a spike", Event{Kind: Spike}, field.List{
			{Path: "at", Problem: "must be later than 0s, so that there is a baseline to compare with"},
			{Path: "for", Problem: "must be longer than 0s, such as '20s'"},
			{Path: "times", Problem: "must be a multiple of the usual demand above 0 and up to 1000, such as 3"},
		}},
		{"a spike of no number", Event{Kind: Spike, At: s, For: s, Times: math.NaN()}, field.List{
			{Path: "times", Problem: "must be a multiple of the usual demand above 0 and up to 1000, such as 3"},
		}},
		{"a spike with a node", Event{Kind: Spike, At: s, For: s, Times: 3, Node: "api", CPUs: 1}, field.List{
			{Path: "node", Problem: "has no meaning for a spike; leave it out"},
			{Path: "cpus", Problem: "belongs to a cpu, not to a spike; leave it out"},
		}},
		{"a crash like a spike", Event{Kind: Crash, At: s, For: s, Times: 2, Cohort: "a", CPUs: 1}, field.List{
			{Path: "times", Problem: "belongs to a spike or a diskDegraded, not to a crash; leave it out"},
			{Path: "cohort", Problem: "belongs to a spike, not to a crash; leave it out"},
			{Path: "cpus", Problem: "belongs to a cpu, not to a crash; leave it out"},
		}},
		{"a cpu fault without cpus", Event{Kind: CPU, At: s, For: s}, field.List{
			{Path: "cpus", Problem: "must be the processors left to the node, above 0 and up to 1024, such as 0.2"},
		}},
		{"a cpu fault of no number", Event{Kind: CPU, At: s, For: s, CPUs: math.Inf(1)}, field.List{
			{Path: "cpus", Problem: "must be the processors left to the node, above 0 and up to 1024, such as 0.2"},
		}},
		{"retries off", Event{Kind: RetriesOff, At: s, For: s}, nil},
		{"retries off on a node", Event{Kind: RetriesOff, At: s, For: s, Node: "api", Times: 2}, field.List{
			{Path: "times", Problem: "belongs to a spike or a diskDegraded, not to a retriesOff; leave it out"},
			{Path: "node", Problem: "has no meaning for a retriesOff; leave it out"},
		}},
		{"cut", Event{Kind: Cut, At: s, For: s, From: "fleet", To: "api", How: Drop, Way: Back}, nil},
		{"a refusal one way", Event{Kind: Cut, At: s, For: s, How: Refuse, Way: There, Jitter: 1}, field.List{
			{Path: "way", Problem: "must be 'both' for a cut that refuses: no connection has one way only"},
			{Path: "jitter", Problem: "belongs to a latency, not to a cut; leave it out"},
		}},
		{"a latency of less than its jitter", Event{Kind: Latency, At: s, For: s, Latency: s, Jitter: s + 1}, field.List{
			{Path: "jitter", Problem: "must be above 0s and at most the latency, which it makes longer or shorter"},
		}},
		{"a latency without any", Event{Kind: Latency, At: s, For: s, Jitter: s}, field.List{
			{Path: "latency", Problem: "must be the time added to each way, above 0s and up to 1h, such as '100ms'"},
		}},
		{"a loss without a share", Event{Kind: Loss, At: s, For: s, Node: "api"}, field.List{
			{Path: "share", Problem: "must be a share above 0 and up to 1, such as 0.5 or '50%'"},
			{Path: "node", Problem: "has no meaning for a loss; leave it out"},
		}},
		{"a bandwidth of nothing", Event{Kind: Bandwidth, At: s, For: s}, field.List{
			{Path: "rate", Problem: "must be the bytes that pass in a second, such as '10KB'"},
		}},
		{"reset", Event{Kind: Reset, At: s, For: s, Share: 0.1}, nil},
		{"a crash of a link", Event{Kind: Crash, At: s, For: s, From: "fleet"}, field.List{
			{Path: "from", Problem: "has no meaning for a crash; leave it out"},
		}},
		{"a slow disk", Event{Kind: DiskSlow, At: s, For: s, Latency: 200 * time.Millisecond}, nil},
		{"a slow disk that is not", Event{Kind: DiskSlow, At: s, For: s, Share: 1}, field.List{
			{Path: "latency", Problem: "must be the time that each commit takes longer, above 0s and up to 1m, such as '200ms'"},
			{Path: "share", Problem: "belongs to a shed or a rollout or a loss or a reset or a diskErrors, not to a diskSlow; leave it out"},
		}},
		{"a failing disk", Event{Kind: DiskErrors, At: s, For: s, Share: 0.1, Of: store.Reads}, nil},
		{"a full disk", Event{Kind: DiskFull, At: s, For: s, Node: "db"}, nil},
		{"a full disk of reads", Event{Kind: DiskFull, At: s, For: s, Of: store.Reads}, field.List{
			{Path: "of", Problem: "belongs to a diskErrors, not to a diskFull; leave it out"},
		}},
		{"a disk that takes no writes", Event{Kind: DiskReadOnly, At: s, For: s}, nil},
		{"a degraded array", Event{Kind: DiskDegraded, At: s, For: s, Times: 4}, nil},
		{"a degraded array that is faster", Event{Kind: DiskDegraded, At: s, For: s, Times: 0.5}, field.List{
			{Path: "times", Problem: "must be a multiple of the usual time of an operation above 1 and up to 1000, such as 4"},
		}},
		{"a power loss", Event{Kind: Crash, At: s, For: s, Unsynced: Lost}, nil},
		{"a freeze that loses", Event{Kind: Freeze, At: s, For: s, Unsynced: Lost}, field.List{
			{Path: "unsynced", Problem: "belongs to a crash, not to a freeze; leave it out"},
		}},
		{"a cold cache", Event{Kind: Cold, At: s, For: s}, nil},
		{"too little memory", Event{Kind: Memory, At: s, For: s, Node: "api"}, nil},
		{"too little memory, and what is not synced", Event{Kind: Memory, At: s, For: s, Unsynced: Lost}, field.List{
			{Path: "unsynced", Problem: "belongs to a crash, not to a memory; leave it out"},
		}},
		{"failover", Event{Kind: Failover, At: s, Name: "pos", To: "b"}, nil},
		{"a failover that lasts", Event{Kind: Failover, At: s, For: s, Name: "pos", To: "b", Node: "a"}, field.List{
			{Path: "for", Problem: "has no meaning for a failover, which is ordered at a moment; leave it out"},
			{Path: "node", Problem: "has no meaning for a failover; leave it out"},
		}},
		{"a failback of nothing", Event{Kind: Failback, At: s}, field.List{
			{Path: "name", Problem: "is missing; write one of backend.names"},
			{Path: "to", Problem: "is missing; write the node that the name is to stand for"},
		}},
		{"migrate", Event{Kind: Migrate, At: s, Name: "pos", To: "b", Stages: []Stage{{s, 0.5}, {2 * s, 1}}}, nil},
		{"a migration without stages", Event{Kind: Migrate, At: s, Name: "pos", To: "b"}, field.List{
			{Path: "stages", Problem: "are missing; write at least one, such as { at: '17h', share: '97%' }"},
		}},
		{"a migration back in time", Event{Kind: Migrate, At: 2 * s, Name: "pos", To: "b", Stages: []Stage{{s, 0.5}}}, field.List{
			{Path: "stages[0].at", Problem: "is before the migration itself; write a time no earlier than its at"},
		}},
		{"a migration of fewer", Event{Kind: Migrate, At: s, Name: "pos", To: "b", Stages: []Stage{{s, 0.5}, {2 * s, 0.5}}}, field.List{
			{Path: "stages[1].share", Problem: "must be greater than that of the stage before; each has all tenants that have moved by then"},
		}},
		{"a crash of a region", Event{Kind: Crash, At: s, For: s, Region: "eu"}, nil},
		{"a crash of a node and a region", Event{Kind: Crash, At: s, For: s, Node: "a", Region: "eu"}, field.List{
			{Path: "region", Problem: "stands beside node; write one of them"},
		}},
		{"past the end of time", Event{Kind: Freeze, At: late, For: s + 1}, field.List{
			{Path: "for", Problem: "is longer than there is time after at; write one such as '20s'"},
		}},
		{"before the run", Event{Kind: Freeze, At: -s, For: s}, field.List{
			{Path: "at", Problem: "must be later than 0s, so that there is a baseline to compare with"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got field.List
			if err := tt.event.Validate(); err != nil && !errors.As(err, &got) {
				t.Fatalf("%v is no field.List", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKindsAreReadAsTheyAreWritten(t *testing.T) {
	for k := Spike; k <= Restore; k++ {
		text, err := k.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got Kind
		if err := got.UnmarshalText(text); err != nil || got != k {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
}

func TestAnUnknownKindChangesNothing(t *testing.T) {
	k := Freeze
	err := k.UnmarshalText([]byte("gpu"))
	if err == nil || err.Error() != `"gpu" is not known; write one of `+listed {
		t.Errorf("gpu: %v", err)
	}
	if k != Freeze {
		t.Errorf("the kind has become %v", k)
	}
}

func TestNoKindHasANameToo(t *testing.T) {
	for _, k := range []Kind{0, Kind(len(kinds) + 1), 255} {
		if got := k.String(); got != "none" {
			t.Errorf("kind %d is %q, want none", k, got)
		}
	}
}
