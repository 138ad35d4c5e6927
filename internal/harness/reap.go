package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
)

// tookOver is true once TakeOver was called: only then does this program,
// started under another name, become something else than itself again.
var tookOver atomic.Bool

// TakeOver turns this process into the reaper or into the backend, and ends it,
// if that is its name (argv[0]); otherwise it does nothing. Call it first thing
// in a program that starts backends. The reaper reads on standard input what
// the harness has started, and when the harness is gone it destroys what is
// left.
func TakeOver() {
	tookOver.Store(true)
	fakes.TakeOver()
	if len(os.Args) == 0 || filepath.Base(os.Args[0]) != ReaperName {
		return
	}
	// Whoever ends the harness politely may mean every process of its; the
	// reaper ends by itself as soon as it has done its work.
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	left := mourn(os.Stdin)
	if len(left) == 0 {
		os.Exit(0)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reaping)
	err := reap(ctx, left)
	cancel()
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// mourn reads notices until the harness is gone, and gives what it left.
func mourn(r io.Reader) map[thing]bool {
	left := map[thing]bool{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var n notice
		if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
			continue // a line that the harness's end cut short
		}
		if n.Gone {
			delete(left, n.thing)
		} else {
			left[n.thing] = true
		}
	}
	return left
}

const (
	// calm is how long nothing of what was left may show before the reaper
	// believes that it is gone: an order that the harness gave in its last
	// moment may still be on its way to the daemon.
	calm = 3 * time.Second
	// reaping is how long the reaper tries, which a busy daemon may need.
	reaping = 5 * time.Minute
	// stroke is the time between two rounds, and round how long one may take.
	stroke = 100 * time.Millisecond
	round  = 10 * time.Second
)

// reap destroys everything again and again until nothing shows for a while.
func reap(ctx context.Context, left map[thing]bool) error {
	things := slices.SortedFunc(maps.Keys(left), func(a, b thing) int {
		return strings.Compare(rank[a.Kind]+a.Name, rank[b.Kind]+b.Name)
	})
	quiet := time.Now()
	for {
		for _, t := range things {
			ctx, cancel := context.WithTimeout(ctx, round)
			found, err := destroy(ctx, t)
			cancel()
			if found || err != nil {
				quiet = time.Now()
			}
		}
		if time.Since(quiet) > calm {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(stroke):
		}
	}
}

// rank orders destruction: what uses before what is used.
var rank = map[kind]string{aProcess: "0", aContainer: "1", aVolume: "2", aNetwork: "3", aDir: "4", aLoop: "5"}

// destroy takes one thing away and says whether it was there.
func destroy(ctx context.Context, t thing) (found bool, err error) {
	switch t.Kind {
	case aProcess:
		return killMarked(t.Name)
	case aDir:
		_, err := os.Lstat(t.Name)
		if os.IsNotExist(err) {
			return false, nil
		}
		return true, os.RemoveAll(t.Name)
	case aLoop:
		return destroyLoop(t.Name)
	case aContainer, aVolume, aNetwork:
		return destroyAt(ctx, t)
	}
	return false, fmt.Errorf("harness: nobody knows how to destroy a %s", t.Kind)
}

// killMarked kills every process that carries the mark. A process number that
// was taken by another program meanwhile is never hit: the handle that
// [os.FindProcess] gives stands for one process, and its mark is read after that.
func killMarked(mark string) (found bool, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || !marked(pid, mark) {
			continue
		}
		p, err := os.FindProcess(pid)
		if err != nil {
			continue // it has just ended
		}
		if marked(pid, mark) {
			found = true
			_ = p.Kill() // if that fails it is found again in the next round
		}
		_ = p.Release()
	}
	return found, nil
}

// marked says whether a process was started with the mark. One that has ended
// and only waits to be collected has none.
func marked(pid int, mark string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	want := []byte(markVar + "=" + mark)
	return err == nil && slices.ContainsFunc(bytes.Split(env, []byte{0}), func(v []byte) bool {
		return bytes.Equal(v, want)
	})
}
