package node

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/caller"
)

// One worker with half a processor takes twice as long; three workers share
// two processors.
func TestProcessorsAreSharedEqually(t *testing.T) {
	type job struct{ at, service time.Duration }
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	for name, c := range map[string]struct {
		cpus float64
		jobs []job
		want []time.Duration
	}{
		"no bound":                {0, []job{{0, ms(10)}, {0, ms(10)}}, []time.Duration{ms(10), ms(10)}},
		"half a processor":        {0.5, []job{{0, ms(10)}}, []time.Duration{ms(20)}},
		"two share one":           {1, []job{{0, ms(10)}, {0, ms(10)}}, []time.Duration{ms(20), ms(20)}},
		"the shorter ends first":  {1, []job{{0, ms(10)}, {0, ms(4)}}, []time.Duration{ms(14), ms(8)}},
		"a later one slows":       {1, []job{{0, ms(10)}, {ms(5), ms(10)}}, []time.Duration{ms(15), ms(20)}},
		"three share two":         {2, []job{{0, ms(10)}, {0, ms(10)}, {0, ms(10)}}, []time.Duration{ms(15), ms(15), ms(15)}},
		"no more than one a head": {4, []job{{0, ms(10)}, {ms(2), ms(10)}}, []time.Duration{ms(10), ms(12)}},
	} {
		t.Run(name, func(t *testing.T) {
			b := processors{cpus: c.cpus}
			got := make([]time.Duration, len(c.jobs))
			next := 0
			for {
				at := b.due()
				if next < len(c.jobs) && c.jobs[next].at <= at {
					j := c.jobs[next]
					b.add(j.at, j.service, uint64(next))
					next++
					continue
				}
				if at == caller.Never {
					break
				}
				b.bring(at)
				for id, ok := b.ended(); ok; id, ok = b.ended() {
					got[id] = at
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ends (-want +got):\n%s", diff)
			}
		})
	}
}
