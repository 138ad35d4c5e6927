package history

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pair is two parts that fit.
func pair() []*History {
	s := shards{notes: make([][]Note, 2), lags: make([]Histogram, 2), links: make([][]LinkBucket, 2), owed: make([]Owed, 2), audit: make([]Audit, 2)}
	parts := []*History{s.record([]int{0}), s.record([]int{1})}
	watch(parts[0])
	return parts
}

func TestJoinSaysWhatDoesNotFit(t *testing.T) {
	for name, tc := range map[string]struct {
		edit func(p []*History) []*History
		want string
	}{
		"none": {func([]*History) []*History { return nil }, "parts: are none; name the history of each process"},
		"other runs": {func(p []*History) []*History {
			p[1].Seed, p[1].Bucket, p[1].Clients.Delay = 8, 2*time.Second, time.Second
			return p
		}, `parts[1].seed: is 8, but that of parts[0] is 7; parts of one run have the same
parts[1].bucket: is 2s, but that of parts[0] is 1s; parts of one run have the same
parts[1].clients: is {0s 1s}, but that of parts[0] is {0s 0s}; parts of one run have the same`},
		"virtual time": {func(p []*History) []*History { p[1].Generator.Cores = 0; return p },
			"parts[1].generator.cores: is 0, but that of parts[0] is 2; time is virtual in all parts or in none"},
		"one is shorter": {func(p []*History) []*History { p[1].Buckets = p[1].Buckets[:9]; return p },
			"parts[1].buckets: are 9, but parts[0] has 30; both were recorded to the end"},
		"no parts": {func(p []*History) []*History { p[0].Part, p[1].Part = Part{}, Part{}; return p },
			"parts[0].part: is the whole fleet, but there are 2 parts; each must say which shards it drove"},
		"a part of another cut": {func(p []*History) []*History { p[1].Part.Of = 3; return p },
			"parts[1].part.of: is 3, but that of parts[0] is 2; parts of one run have the same"},
		"the same twice": {func(p []*History) []*History { p[1].Part = p[0].Part; return p },
			`parts[1].part.shards[0]: is 0, which parts[0] drove, too; the same part twice?
parts: lack 1 of the 2 shards of the fleet, such as shard 1; name the histories of all processes`},
		"one of two": {func(p []*History) []*History { return p[:1] },
			"parts: lack 1 of the 2 shards of the fleet, such as shard 1; name the histories of all processes"},
		"a shard that is none": {func(p []*History) []*History { p[1].Part.Shards = []int{1, 2}; return p },
			"parts[1].part.shards[1]: is 2; there are shards 0 to 1"},
		"a cut that is none": {func(p []*History) []*History { p[0].Part.Of, p[1].Part.Of = -1, -1; return p },
			"parts[0].part.of: is -1; must be the number of shards"},
		"two that watched": {func(p []*History) []*History { p[1].Buckets[5].Queue = 1; return p },
			"parts[1]: watched the backend, and so did parts[0]; one part does"},
		"two audits": {func(p []*History) []*History {
			p[0].Ledger, p[1].Ledger = Audit{Done: true, Whole: true}, Audit{Done: true, Whole: true, Lost: 1}
			return p
		}, "parts[1].ledger: is an audit of the whole ledger, and so is that of parts[0], but they differ"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := Join(tc.edit(pair())...)
			if err == nil || h != nil {
				t.Fatal("they fit")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
