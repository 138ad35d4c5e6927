package fakes

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// slice is how much processor time is burned between two looks at whether to
// stop, after which other work of this process gets its turn.
const slice = 200 * time.Microsecond

// burn spends at least d of processor time, unless it is halted, and gives
// what it spent. It counts the time of the thread, not of the wall: where a
// quota takes the processor away the work takes longer. With an account, what
// else the process spends meanwhile counts as well.
func burn(d time.Duration, halted *atomic.Bool, b *cpuAccount) time.Duration {
	var spent time.Duration
	b.charge(0) // what came before is no part of this work
	for spent < d && !halted.Load() {
		own := burnSlice(min(d-spent, slice))
		spent += own + b.charge(own)
		runtime.Gosched()
	}
	return spent
}

// burnSlice spends at least d of processor time on one thread. The thread is
// held no longer than that, so that thousands of workers do not need
// thousands of threads.
func burnSlice(d time.Duration) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := clock(unix.CLOCK_THREAD_CPUTIME_ID)
	for {
		spin()
		if spent := clock(unix.CLOCK_THREAD_CPUTIME_ID) - start; spent >= d {
			return spent
		}
	}
}

// sink keeps the compiler from leaving spin out.
var sink atomic.Uint64

// spin is a few microseconds of arithmetic (Marsaglia's xorshift).
func spin() {
	x := uint64(88172645463325252)
	for range 4000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	sink.Store(x)
}

// clock reads a clock of processor time, of the calling thread or of the process.
func clock(id int32) time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		panic("fakes: the system has no such clock of processor time: " + err.Error())
	}
	return time.Duration(ts.Nano())
}
