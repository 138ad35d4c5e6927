package k6x

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/reports"
)

// checkTrace says why no trace could be written of so many variants, before
// anything starts.
func (s *settings) checkTrace(variants int) error {
	if s.trace == "" {
		return nil
	}
	var errs field.Errors
	if n := variants * s.runs; n > 1 {
		errs.Add("trace", "is of one run, and %d are to be made; name one variant (--variant) and make one run of it (--runs 1)", n)
		return errs.Err()
	}
	errs.Within("trace", reports.CheckFile(filepath.Dir(s.trace), filepath.Base(s.trace)))
	return errs.Err()
}

var errCutShort = errors.New("the run did not come to its end, and a part of its attempts would look like all of them")

// run has the runs made. The attempts of the one run that a trace is asked for go
// to a file, which gets its name once all of them are in it.
func (p *session) run(ctx context.Context, o campaign.Observer) campaign.Result {
	if p.set.trace == "" {
		return p.campaign.Run(ctx, o)
	}
	var result *campaign.Result
	err := reports.SaveFile(filepath.Dir(p.set.trace), filepath.Base(p.set.trace), func(w io.Writer) error {
		trace := history.NewTrace(w)
		r, whole := p.runTraced(ctx, o, trace)
		result = &r
		if !whole {
			return errCutShort
		}
		return trace.Flush()
	})
	p.mu.Lock()
	p.untraced, p.traced = err, err == nil
	p.mu.Unlock()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if result == nil { // no file could be made; what is measured is worth more
		r := p.campaign.Run(ctx, o)
		result = &r
	}
	return *result
}

// runTraced has the one run made and says whether it came to its end.
func (p *session) runTraced(ctx context.Context, o campaign.Observer, trace *history.Trace) (result campaign.Result, whole bool) {
	o.Attempt = func(_ *campaign.Job, a history.Attempt) { trace.Attempt(a) }
	ended := o.Ended
	o.Ended = func(job *campaign.Job, run *campaign.Run) {
		whole = run.History.Problem == ""
		ended(job, run)
	}
	result = p.campaign.Run(ctx, o)
	return result, whole && p.off.Err() == nil
}
