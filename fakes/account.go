package fakes

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// cpuAccount tells what this process spends on all but burning: HTTP, the ledger, the
// collector. Where a quota bounds what a node burns, that comes out of the same
// quota, and the node would serve less than it was declared to, the less the
// more is sent to it. So there a service is what the whole process spends on it.
type cpuAccount struct {
	spent func() time.Duration // by the process so far

	mu            sync.Mutex
	burned, known time.Duration
}

// cpuAccountFor gives the account of a node; nil, which is always zero, where its
// workers bound what it burns, so that there is room beside them for the rest.
func cpuAccountFor(cfg backend.Config) *cpuAccount {
	if cfg.CPUs <= 0 || cfg.CPUs > float64(cfg.Workers) {
		return nil
	}
	return &cpuAccount{spent: func() time.Duration { return clock(unix.CLOCK_PROCESS_CPUTIME_ID) }}
}

// rest adds what a worker has burned and gives what the process has spent
// beside since the last call, whichever worker's. What others are burning
// meanwhile may count for a moment; it is taken off again at the next calls.
func (b *cpuAccount) charge(burned time.Duration) time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.burned += burned
	more := max(b.spent()-b.burned-b.known, 0)
	b.known += more
	return more
}
