package caller

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plainPool is a pool without any cunning, to compare Pool with.
type plainPool struct {
	size, held int
	waiting    []uint64
}

func (p *plainPool) acquire(who uint64) bool {
	if p.size > 0 && p.held == p.size {
		p.waiting = append(p.waiting, who)
		return false
	}
	p.held++
	return true
}

func (p *plainPool) release() (uint64, bool) {
	if len(p.waiting) == 0 {
		p.held--
		return 0, false
	}
	first := p.waiting[0]
	p.waiting = slices.Delete(p.waiting, 0, 1)
	return first, true
}

func (p *plainPool) abandon(who uint64) bool {
	before := len(p.waiting)
	p.waiting = slices.DeleteFunc(p.waiting, func(w uint64) bool { return w == who })
	return len(p.waiting) < before
}

func TestAPoolDoesAsThePlainOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 4).Draw(t, "size")
		p, plain := NewPool[uint64](size), &plainPool{size: size}
		t.Repeat(map[string]func(*rapid.T){
			"acquire": func(t *rapid.T) {
				who := rapid.Uint64Range(1, 12).Draw(t, "who")
				if slices.Contains(plain.waiting, who) {
					t.Skip("waits already")
				}
				if got, want := p.Acquire(who), plain.acquire(who); got != want {
					t.Fatalf("%d acquires: %v, want %v", who, got, want)
				}
			},
			"release": func(t *rapid.T) {
				if plain.held == 0 {
					t.Skip("nobody holds one")
				}
				got, ok := p.Release()
				if want, wantOK := plain.release(); got != want || ok != wantOK {
					t.Fatalf("released to %d, %v, want %d, %v", got, ok, want, wantOK)
				}
			},
			"abandon": func(t *rapid.T) {
				who := rapid.Uint64Range(1, 12).Draw(t, "who")
				if got, want := p.Abandon(who), plain.abandon(who); got != want {
					t.Fatalf("%d abandons: %v, want %v", who, got, want)
				}
			},
			"reset": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					p.Reset()
					*plain = plainPool{size: size}
				}
			},
			"": func(t *rapid.T) {
				if p.Held() != plain.held || p.Waiting() != len(plain.waiting) {
					t.Fatalf("%d hold and %d wait, want %d and %v", p.Held(), p.Waiting(), plain.held, plain.waiting)
				}
				if size > 0 && (p.Held() > size || p.Waiting() > 0 && p.Held() < size) {
					t.Fatalf("%d of %d are held while %d wait", p.Held(), size, p.Waiting())
				}
			},
		})
	})
}

func TestAConnectionGoesToTheOneThatHasWaitedLongest(t *testing.T) {
	p := NewPool[string](2)
	var trace strings.Builder
	for _, step := range strings.Fields("+a +b +c +d +e -d -a . . +f . . .") {
		fmt.Fprintf(&trace, "%s:", step)
		switch who := step[1:]; step[0] {
		case '+':
			fmt.Fprintf(&trace, "%v", p.Acquire(who))
		case '-':
			fmt.Fprintf(&trace, "%v", p.Abandon(who))
		case '.':
			next, _ := p.Release()
			trace.WriteString(next)
		}
		fmt.Fprintf(&trace, " %d+%d\n", p.Held(), p.Waiting())
	}
	// d gives up; a does not wait any more, so it cannot.
	want := `+a:true 1+0
+b:true 2+0
+c:false 2+1
+d:false 2+2
+e:false 2+3
-d:true 2+2
-a:false 2+2
.:c 2+1
.:e 2+0
+f:false 2+1
.:f 2+0
.: 1+0
.: 0+0
`
	if diff := cmp.Diff(want, trace.String()); diff != "" {
		t.Errorf("held+waiting (-want +got):\n%s", diff)
	}
}

func TestAPoolWithoutABoundNeverLetsWait(t *testing.T) {
	p := NewPool[int](0)
	for i := range 1000 {
		if !p.Acquire(i) {
			t.Fatalf("%d waits", i)
		}
	}
	if _, ok := p.Release(); ok || p.Held() != 999 {
		t.Errorf("%d are held after one of 1000 is released to %v", p.Held(), ok)
	}
}

func TestAPoolAllocatesNothingOnceItHasGrown(t *testing.T) {
	type ticket struct{ number, turn uint32 }
	p := NewPool[ticket](10)
	turn := uint32(0)
	round := func() {
		turn++
		for i := range uint32(1000) {
			p.Acquire(ticket{i, turn})
		}
		for i := range uint32(400) {
			p.Abandon(ticket{10 + 2*i, turn})
		}
		for p.Held() > 0 {
			p.Release()
		}
	}
	for range 20 {
		round()
	}
	if n := testing.AllocsPerRun(200, round); n > 0 {
		t.Errorf("%v allocations for 1000 attempts", n)
	}
}

func TestAMisusedPoolPanics(t *testing.T) {
	for name, misuse := range map[string]func(*Pool[int]){
		"2 waits for a connection already": func(p *Pool[int]) { p.Acquire(1); p.Acquire(2); p.Acquire(2) },
		"released that nobody holds":       func(p *Pool[int]) { p.Acquire(1); p.Release(); p.Release() },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, name) {
					t.Errorf("panicked with %q", got)
				}
			}()
			misuse(NewPool[int](1))
		})
	}
}

func BenchmarkPool(b *testing.B) {
	p := NewPool[uint64](1)
	p.Acquire(0)
	for i := range uint64(1000) {
		p.Acquire(i + 1)
	}
	next := uint64(1001)
	b.ReportAllocs()
	for b.Loop() {
		p.Acquire(next)
		p.Release()
		next++
	}
}
