package k6x

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime/debug"
	"time"

	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/render"
	"github.com/retrystorm/retrystorm/reports/table"
)

// direct leads every take, one after the other, and says whether what came out
// proves something and could be kept. The result is saved after each take, so
// that an interrupted production keeps what it has measured.
func (p *production) direct(ctx context.Context, e *emitter) bool {
	footage := p.simulated
	if !p.virtual() {
		p.begun = time.Now()
		footage = p.conducted
	}
	for i, f := range footage(ctx) {
		t := p.takes[i]
		if f != nil { // nil where the answer was certain without it
			e.verdict(t, f.verdict)
			if p.virtual() {
				e.history(t, f.history)
			}
			p.keep(t, f.run)
		}
		last, broken := i == len(p.takes)-1, ctx.Err() != nil
		if last || p.takes[i+1].variant.Name != t.variant.Name {
			e.expectation(t, p.sumUp(t.variant.Name))
		}
		if !p.virtual() || last || broken {
			p.publish(last && !broken, last || broken)
		}
		if broken {
			break
		}
	}
	return p.failed == nil && p.result.Outcome() != reports.Invalid
}

// footage is what a take has come to.
type footage struct {
	history *history.History
	verdict verdict.Verdict
	run     reports.Run
}

// develop judges a history and makes a run of it.
func (t *take) develop(h *history.History) *footage {
	v := verdict.Judge(h, t.variant.Judge)
	return &footage{history: h, verdict: v, run: reports.NewRun(t.seed, h, v)}
}

// conducted runs every take in real time, one after the other.
func (p *production) conducted(ctx context.Context) iter.Seq2[int, *footage] {
	return func(yield func(int, *footage) bool) {
		for i, t := range p.takes {
			var f *footage
			if p.settled(t) {
				t.run.Skip()
			} else {
				f = t.develop(t.run.Direct(ctx))
			}
			p.tidy()
			if !yield(i, f) {
				return
			}
		}
	}
}

// keep takes a run in.
func (p *production) keep(t *take, r reports.Run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done[t.variant.Name] = append(p.done[t.variant.Name], r)
}

// publish makes a result of all runs so far and saves it; last says that there
// will be none after it.
func (p *production) publish(whole, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.result = p.assemble()
	if !whole {
		p.result.BreakOff()
	}
	if p.set.out != "" {
		p.store(last)
	}
}

// store saves the result and its reports. What has no place where it should go
// finds another one in the end, so that no measurement is lost.
func (p *production) store(last bool) {
	var others error
	p.failed, others = render.Save(p.set.out, p.result)
	err := errors.Join(p.failed, others)
	if err == nil || !last {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	if dir, err := render.Rescue(p.result); err == nil {
		fmt.Fprintf(os.Stderr, "the result and its reports are in %s instead\n", dir)
	} else {
		fmt.Fprintf(os.Stderr, "nor could they be saved anywhere else: %v\n", err)
	}
}

// assemble puts together the result of all takes so far.
func (p *production) assemble() *reports.Result {
	r := reports.New(p.name, p.engineName(), p.set.seed, p.begun)
	r.Runs, r.Declaration = p.set.runs, json.RawMessage(p.text)
	for module, version := range Versions() {
		r.Versions[module] = version
	}
	for _, name := range p.names() {
		runs := p.done[name]
		if len(runs) == 0 {
			continue
		}
		r.Add(p.variant(name, runs))
	}
	return r
}

// sumUp gives a variant with all its runs so far.
func (p *production) sumUp(name string) reports.Variant {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.variant(name, p.done[name])
}

// variant gives a variant by its name, with these runs.
func (p *production) variant(name string, runs []reports.Run) reports.Variant {
	for _, t := range p.takes {
		if t.variant.Name == name {
			return reports.NewVariant(name, t.variant.Expect, t.variant.Gate, runs)
		}
	}
	return reports.Variant{Name: name}
}

// settled says whether the runs of a take's variant so far make the answer
// certain, so that the take and those after it need not be made. Once it does,
// it does so for ever.
func (p *production) settled(t *take) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	made := p.done[t.variant.Name]
	return reports.Settled(t.variant.Expect, t.variant.Gate, made, p.set.runs-len(made))
}

// drive takes the next shard of the fleet and drives it in every take.
func (p *production) drive(ctx context.Context, e *emitter) {
	shard := int(p.joined.Add(1)) - 1
	if shard >= p.shards || p.virtual() {
		return
	}
	for _, t := range p.takes {
		t.run.Drive(ctx, shard, func(k live.Tick) { e.tick(t, shard, k) })
		if ctx.Err() != nil {
			return
		}
	}
}

// summary is the end of the test, as k6 wants it: text by destination.
func (p *production) summary() map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result == nil {
		return map[string]any{}
	}
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
