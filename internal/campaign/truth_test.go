package campaign

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/sim"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// horizons is how long after its triggers a scene is judged, from short to long;
// the shipped proportion is among them.
var horizons = []time.Duration{
	25 * time.Second, 32 * time.Second, 40 * time.Second, 52 * time.Second, recovery,
	85 * time.Second, 110 * time.Second, 140 * time.Second, 180 * time.Second, 230 * time.Second,
}

const (
	longer = 50 // times the shipped recovery that the truth is watched for
	few    = 3  // scenes without RETRYSTORM_TRUTH
	bucket = 500 * time.Millisecond
)

// truths is how many scenes are judged: RETRYSTORM_TRUTH, or a few.
func truths() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("RETRYSTORM_TRUTH"), 10, 64); err == nil {
		return n
	}
	return few
}

// TestFinalVerdictsAreTrue judges random scenes at ten horizons each and watches
// them for 50 times as long to find out what became of them. With
// RETRYSTORM_TRUTH=1000, as `make truth` says, there are as many of them, and the
// confusion matrix goes to testdata/confusion.txt.
func TestFinalVerdictsAreTrue(t *testing.T) {
	n := truths()
	if race.Enabled {
		n = 1
	}
	var m matrix
	var workers sync.WaitGroup
	numbers := make(chan uint64)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var s Simulator
			for number := range numbers {
				m.add(t, judge(t, &s, number))
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	t.Logf("\n%s", &m)
	if m.wrong > 0 {
		t.Errorf("%d final verdicts are against the truth", m.wrong)
	}
	if n > few {
		if err := os.WriteFile("../../testdata/confusion.txt", []byte(m.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
}

// judged is a scene with its verdicts.
type judged struct {
	number          uint64
	truth           truth
	watched, record []sight // by what was watched in all; by the record up to the horizon, as in real time
}

// sight is a verdict at one horizon, and how it stands to the truth.
type sight struct {
	horizon time.Duration
	verdict verdict.Verdict
	stands  standing
}

func judge(t *testing.T, s *Simulator, number uint64) judged {
	p := scene(number)
	_, to := p.Trigger()
	p.Horizon = to + longer*recovery
	if err := p.Validate(); err != nil {
		t.Errorf("scene %d: %v", number, err)
		return judged{}
	}
	cfg := sim.Config{Plan: filled(p), Seed: number, Bucket: bucket, Limits: sim.Limits{Events: 100_000_000}}
	h := sim.Run(context.Background(), cfg)
	if h.Problem != "" { // a storm too large to be watched for so long
		t.Logf("scene %d is left out: %s", number, h.Problem)
		return judged{}
	}
	j := judged{number: number, truth: look(h)}
	for _, watched := range horizons {
		cfg.Plan.Horizon = to + watched
		record, v := s.Run(context.Background(), cfg)
		j.watched = append(j.watched, j.sight(cfg, v))
		j.record = append(j.record, j.sight(cfg, verdict.Judge(record, cfg.Plan.Judge)))
	}
	return j
}

func (j *judged) sight(cfg sim.Config, v verdict.Verdict) sight {
	s := sight{cfg.Plan.Horizon, v, j.truth.stands(&v, cfg.Plan.Horizon)}
	switch {
	case s.stands == relapsed && brokenByItself(cfg, j.truth):
		s.stands = relapsedByItself
	case s.stands == ended && endedByChance(cfg, j.truth):
		s.stands = endedAtRandom
	}
	return s
}

// endedByChance says whether with other seeds the same outage takes at least
// twice as long, or at most half: a backlog that drains takes much the same time.
func endedByChance(cfg sim.Config, t truth) bool {
	cfg.Plan.Horizon = t.to + longer*recovery
	least, most := t.lasts(), t.lasts()
	for range 7 {
		cfg.Seed++
		lasts := look(sim.Run(context.Background(), cfg)).lasts()
		least, most = min(least, lasts), max(most, lasts)
	}
	return most >= 2*least
}

// brokenByItself says whether a system that broke down after it had settled does
// so without any trigger, too: with the same seed or with one of the next ones.
func brokenByItself(cfg sim.Config, t truth) bool {
	cfg.Plan.Timeline, cfg.Plan.Horizon = nil, t.to+longer*recovery
	for range 4 {
		h := sim.Run(context.Background(), cfg)
		h.Trigger = history.Span{From: triggerAt, To: t.to}
		if look(h).share(0) > 0.01 {
			return true
		}
		cfg.Seed++
	}
	return false
}

func filled(p experiment.Plan) experiment.Plan {
	for i := range p.Fleet {
		p.Fleet[i] = p.Fleet[i].WithDefaults()
	}
	for i := range p.Backend.Nodes {
		p.Backend.Nodes[i] = p.Backend.Nodes[i].WithDefaults()
	}
	return p
}

// matrix counts verdicts by how they stand to the truth.
type matrix struct {
	mu              sync.Mutex
	watched, record counts
	shipped         counts // at the shipped proportions
	scenes          int
	pairs           int // of them, both recovered and collapsed, at two horizons
	wrong           int
}

type counts [rows][standings]int

func (m *matrix) add(t *testing.T, j judged) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(j.watched) > 0 {
		m.scenes++
	}
	seen := map[verdict.Kind]bool{}
	for i, s := range j.watched {
		m.watched[rowOf(&s.verdict)][s.stands]++
		if horizons[i] == recovery {
			m.shipped[rowOf(&s.verdict)][s.stands]++
		}
		seen[s.verdict.Kind] = true
		if s.stands == relapsed || s.stands == ended { // and nothing else explains it
			m.wrong++
			t.Logf("scene %d at %v: %s, %s: %s\n%s", j.number, s.horizon, s.verdict.Kind, s.stands, s.verdict.Reason, j.truth)
		}
	}
	for _, s := range j.record {
		m.record[rowOf(&s.verdict)][s.stands]++
	}
	if seen[verdict.Recovered] && seen[verdict.Collapsed] {
		m.pairs++
	}
	if m.scenes%100 == 0 {
		t.Logf("\n%s", m)
	}
}

func (m *matrix) String() string {
	var s strings.Builder
	for _, part := range []struct {
		name string
		counts
	}{
		{"watched on as long as it takes (sim)", m.watched},
		{"of these, at the shipped proportions", m.shipped},
		{"the record up to the horizon alone (as in real time)", m.record},
	} {
		fmt.Fprintf(&s, "%s\n%-28s", part.name, "")
		for st := range standings {
			fmt.Fprintf(&s, "%*s", columnWidth, standing(st))
		}
		s.WriteByte('\n')
		for r, row := range part.counts {
			fmt.Fprintf(&s, "%-28s", rowNames[r])
			for _, n := range row {
				fmt.Fprintf(&s, "%*d", columnWidth, n)
			}
			s.WriteByte('\n')
		}
		s.WriteByte('\n')
	}
	fmt.Fprintf(&s, "%d scenes; those that recovered at one horizon and collapsed at another: %d\n", m.scenes, m.pairs)
	return s.String()
}
