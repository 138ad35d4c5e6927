package conductor

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
)

// audit reads the ledger and compares it with what the terminals believe. A
// ledger that cannot be read gives an audit that is not Done. An interrupted
// run has little time left for it.
func audit(run context.Context, c fakes.Control, outcomes []live.Outcome) history.Audit {
	patience := 10 * time.Second
	if run.Err() != nil {
		patience = time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a := live.NewAuditor(outcomes...)
	if err := c.Ledger(ctx, func(e fakes.Entry) { a.Entry(live.Entry(e)) }); err != nil {
		return history.Audit{}
	}
	return a.Finish()
}

// meter measures what the generator itself takes.
type meter struct {
	began time.Time
	cpu   time.Duration
}

func startMeter() meter { return meter{began: time.Now(), cpu: processorTime()} }

func (m meter) stop(outcomes []live.Outcome) history.Generator {
	g := history.Generator{
		CPU: processorTime() - m.cpu, Wall: time.Since(m.began), Cores: runtime.GOMAXPROCS(0),
	}
	var lag history.Histogram
	for _, o := range outcomes {
		lag.Merge(&o.Lag)
		g.Undelivered += o.Undelivered
	}
	g.LagP99 = lag.Quantile(0.99)
	return g
}

// processorTime is what this process has used of all processors.
func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
