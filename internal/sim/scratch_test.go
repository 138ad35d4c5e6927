package sim

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

type ev struct {
	at   time.Duration
	seq  int
	kind int // 0 wake 1 done
	id   uint64
}
type evs []ev

func (h evs) Len() int           { return len(h) }
func (h evs) Less(i, j int) bool { return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq }
func (h evs) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *evs) Push(x any)        { *h = append(*h, x.(ev)) }
func (h *evs) Pop() any          { o := *h; x := o[len(o)-1]; *h = o[:len(o)-1]; return x }

func run(p experiment.Plan, seed uint64) (*history.History, verdict.Verdict) {
	var terms []*terminal.Terminal
	for _, c := range p.Fleet {
		co := terminal.NewCohort(c, p.Timeline)
		for range c.Terminals {
			terms = append(terms, terminal.New(co, seed, uint32(len(terms))))
		}
	}
	node := backend.NewNode(p.Backend.Nodes[0], rand.New(rand.NewPCG(seed, 99)))
	rec := history.NewRecorder(time.Second, p.Horizon)
	q := &evs{}
	seq := 0
	push := func(at time.Duration, kind int, id uint64) { seq++; heap.Push(q, ev{at, seq, kind, id}) }
	var tstep func(now time.Duration, i int, e terminal.Event)
	var nstep func(now time.Duration, e backend.Event)
	nstep = func(now time.Duration, e backend.Event) {
		for _, f := range node.Step(now, e, nil) {
			switch f.Kind {
			case backend.Begin:
				push(now+f.Service, 1, f.ID)
			case backend.Finish:
				if f.Waiting {
					tstep(now, int(f.ID>>32), terminal.Event{Kind: terminal.Reply, Attempt: uint32(f.ID)})
				}
			case backend.Reject:
				tstep(now, int(f.ID>>32), terminal.Event{Kind: terminal.Reply, Attempt: uint32(f.ID), Outcome: retry.Outcome{Cause: retry.Rejected, RetryAfter: f.RetryAfter}})
			}
		}
	}
	tstep = func(now time.Duration, i int, e terminal.Event) {
		for _, f := range terms[i].Step(now, e, nil) {
			id := uint64(i)<<32 | uint64(f.Attempt)
			switch f.Kind {
			case terminal.WakeAt:
				push(f.At, 0, uint64(i))
			case terminal.Send:
				nstep(now, backend.Event{Kind: backend.Arrive, ID: id, Deadline: now + f.Timeout})
			case terminal.Cancel:
				nstep(now, backend.Event{Kind: backend.Leave, ID: id})
			case terminal.Record:
				rec.Note(f.Note)
			}
		}
	}
	for i := range terms {
		push(0, 0, uint64(i))
	}
	h := &history.History{Bucket: time.Second, Horizon: p.Horizon, Capacity: p.Backend.Nodes[0].Capacity(), Demand: p.Demand()}
	h.Trigger.From, h.Trigger.To = p.Trigger()
	next := time.Second
	var last backend.Stats
	for q.Len() > 0 {
		e := heap.Pop(q).(ev)
		for next <= e.at && next <= p.Horizon {
			rec.Close(next - 1)
			b := &rec.Buckets()[int(next/time.Second)-1]
			st := node.Stats()
			b.Queue, b.InFlight, b.Served, b.Wasted = int64(st.Queue), int64(st.Queue+st.Busy), st.Served-last.Served, st.InVain-last.InVain
			last = st
			next += time.Second
			if os.Getenv("V") != "" && next%(3*time.Second) == 0 {
				n := 0
				for _, t := range terms {
					n += max(1, t.Pending())
				}
				fmt.Print("conns ", n, " ")
			}
		}
		if e.at >= p.Horizon {
			break
		}
		if e.kind == 0 {
			tstep(e.at, int(e.id), terminal.Event{})
		} else {
			nstep(e.at, backend.Event{Kind: backend.Done, ID: e.id})
		}
	}
	h.Buckets = rec.Buckets()
	h.Ledger.Done = true
	for _, e := range p.Timeline {
		h.Faults = append(h.Faults, history.Fault{Kind: e.Kind.String(), Span: history.Span{From: e.At, To: e.End()}, Applied: true, Removed: true})
	}
	return h, verdict.Judge(h, p.Judge)
}

func TestScratch(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("SCN"))
	if err != nil {
		t.Skip()
	}
	x, err := experiment.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range x.Variants {
		for seed := uint64(1); seed <= 3; seed++ {
			h, vd := run(v.Plan, seed)
			s := history.Sum(h.Buckets, 0, len(h.Buckets))
			fmt.Println(v.Name, seed, vd.Kind, vd.TimeToRecover, float64(s.Attempts)/float64(s.Demand), vd.Reason)
			if seed == 1 && os.Getenv("V") != "" {
				for i, b := range h.Buckets {
					if i%3 == 0 {
						fmt.Println(i, "demand", b.Demand, "att", b.Attempts, "good", b.Good, "q", b.Queue, "unsynced", b.Unsynced, "pend", b.Pending)
					}
				}
			}
		}
	}
}
