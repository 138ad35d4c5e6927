package k6x

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/render"
	"github.com/retrystorm/retrystorm/reports/table"
)

// direct has every run made, and says whether what came out proves something.
func (p *session) direct(ctx context.Context, e *emitter) bool {
	defer p.drivers.end()
	defer p.tidy()
	if p.realTime() {
		p.begun = time.Now()
	}
	result := p.run(ctx, p.observer(ctx, e))
	p.publish(&result)
	return result.Outcome() != decision.Invalid
}

// realTime says whether runs take their time, have a date, and are told of while
// they go on.
func (p *session) realTime() bool { return p.campaign.Engine().Traits().RealTime }

// observer takes in what the campaign tells. In real time the result is saved
// after each run but the last, so that a session that is killed keeps what it
// has measured; in the end save does it.
func (p *session) observer(ctx context.Context, e *emitter) campaign.Observer {
	o := campaign.Observer{
		Ended: func(job *campaign.Job, run *campaign.Run) {
			e.verdict(job, run.Verdict)
			e.history(job, run.History)
			e.graph(job, run.History)
			p.keep(job, run)
		},
		Decided: func(variant string, d decision.Decision) { e.expectation(variant, &d) },
	}
	if !p.realTime() {
		o.Begun = p.announce
		return o
	}
	o.Progress = p.showing()
	o.Ended = func(job *campaign.Job, run *campaign.Run) {
		p.tidy()
		e.verdict(job, run.Verdict)
		e.graph(job, run.History)
		p.keep(job, run)
		if last := job.Index == len(p.campaign.Jobs())-1; !last && ctx.Err() == nil {
			result := p.campaign.Result()
			p.publish(&result)
			p.save(false)
		}
	}
	return o
}

// keep takes a run in.
func (p *session) keep(job *campaign.Job, run *campaign.Run) {
	r := reports.NewRun(job.Seed, run.History, run.Verdict)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runs[job.Variant] = append(p.runs[job.Variant], r)
}

// publish makes a result of all runs so far and what was decided on them.
func (p *session) publish(c *campaign.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := reports.New(p.name, p.campaign.Engine().Name(), p.set.seed, p.begun)
	r.Runs, r.Declaration = p.set.runs, json.RawMessage(p.text)
	for module, version := range Versions() {
		r.Versions[module] = version
	}
	for _, v := range c.Variants {
		r.Add(reports.NewVariant(v.Name, v.Decision, p.runs[v.Name]))
	}
	if !c.Complete {
		r.BreakOff()
	}
	p.result = r
}

// save saves the result so far and its reports, if there is one and the scenario
// has not turned out to be wrong. What has no place where it should go finds
// another one in the end, so that no measurement is lost.
func (p *session) save(last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set.out == "" || p.result == nil || p.off.Err() != nil {
		return
	}
	p.failed, p.saved = errors.Join(render.Save(p.set.out, p.result)), true
	if p.failed == nil || !last {
		return
	}
	fmt.Fprintln(os.Stderr, p.failed)
	if dir, err := render.Rescue(p.result); err == nil {
		fmt.Fprintf(os.Stderr, "the result and its reports are in %s instead\n", dir)
	} else {
		fmt.Fprintf(os.Stderr, "nor could they be saved anywhere else: %v\n", err)
	}
}

// discard removes what was saved while it was not known that the scenario is wrong.
func (p *session) discard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.traced {
		_ = os.Remove(p.set.trace)
	}
	if !p.saved {
		return
	}
	for _, f := range render.Formats() {
		if f.File != "" {
			_ = os.Remove(filepath.Join(p.set.out, f.File)) // it may not have been written
		}
	}
}

// drive takes the next shard of the fleet and drives it in every run.
func (p *session) drive(ctx context.Context, e *emitter) {
	shard := int(p.joined.Add(1)) - 1
	p.drivers.serve(ctx, shard, func(job *campaign.Job, k live.Tick) { e.tick(job, &p.unsynced[job.Index], shard, k) })
}

// summary is the end of the test, as k6 wants it: text by destination.
func (p *session) summary() map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result == nil || p.off.Err() != nil {
		return map[string]any{}
	}
	p.shown.Store(true)
	var text bytes.Buffer
	if err := table.Write(&text, p.result, style(console.Of(os.Stdout, os.Getenv))); err != nil {
		fmt.Fprintln(&text, err)
	}
	return map[string]any{"stdout": text.String()}
}

// style is what the table may use of the terminal that a console is.
func style(c console.Console) table.Style {
	return table.Style{Width: c.Width, Colour: c.Colour, Timeline: c.Blocks}
}

// Versions names what makes a result: the versions of this module, of k6 and of
// Go, as far as the build has recorded them.
func Versions() map[string]string {
	out := map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	for _, m := range append(info.Deps, &info.Main) {
		switch m.Path {
		case "go.k6.io/k6/v2":
			out["k6"] = m.Version
		case "github.com/retrystorm/retrystorm":
			out["retrystorm"] = m.Version
		}
	}
	out["go"] = info.GoVersion
	return out
}
