package advice

import (
	"sort"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/edge"
)

// The run numbers: those of the search, of the costs and of the proofs have nothing in
// common. Each proof at one level has its own.
const (
	costRuns   = 1 << 20
	proofRuns  = 1 << 21
	attemptGap = 1 << 12
)

// The sizes of the batches of a proof: a few runs tell a level that is nowhere near.
const (
	firstBatch = 8
	batch      = 24
	mostFailed = 2 // failures that a proof still makes up for by more runs
)

// proof shows, with runs that nothing has used, that a probability is at least a
// bound: the Wilson interval of its runs begins there. It ends when that is so, or
// when more than mostFailed of them failed.
type proof struct {
	needs     [mostFailed + 1]int // runs that suffice with so many failures
	allowed   int                 // failures
	first     int                 // its first run number
	made, yes int
	unknown   int
}

func newProof(atLeast float64, attempt, allowed int) *proof {
	p := &proof{first: proofRuns + attempt*attemptGap, allowed: allowed}
	const plenty = 1 << 20
	for failed := range p.needs {
		p.needs[failed] = failed + 1 + sort.Search(plenty, func(i int) bool {
			low, _ := decision.Wilson(i+1, i+1+failed)
			return low >= atLeast
		})
	}
	return p
}

func (p *proof) failed() int { return p.made - p.yes }

// shown says whether the probability is shown.
func (p *proof) shown() bool {
	return p.failed() <= p.allowed && p.unknown == 0 && p.made >= p.needs[p.failed()]
}

// over says whether nothing more is to be made.
func (p *proof) over() bool { return p.failed() > p.allowed || p.unknown > 0 || p.shown() }

// next gives the run numbers to be made.
func (p *proof) next() []int {
	if p.over() {
		return nil
	}
	n := batch
	if p.made == 0 {
		n = firstBatch
	}
	n = min(n, p.needs[p.failed()]-p.made)
	out := make([]int, n)
	for i := range out {
		out[i] = p.first + p.made + i
	}
	return out
}

func (p *proof) learn(a edge.Answer) {
	p.made++
	switch a {
	case edge.Yes:
		p.yes++
	case edge.Unknown:
		p.unknown++
	}
}

// probability says what the runs show.
func (p *proof) probability() Probability {
	low, high := decision.Wilson(p.yes, p.made)
	return Probability{K: p.yes, N: p.made, Low: decision.Rounded(low), High: decision.Rounded(high)}
}
