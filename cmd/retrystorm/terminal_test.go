package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// screen is a terminal and what was written to it.
type screen struct {
	end  *os.File // that a program writes to
	mu   sync.Mutex
	text strings.Builder
	read chan struct{} // closed when nobody has the other end open any more
}

// open gives a terminal of so many columns.
func openScreen(t *testing.T, columns uint16) *screen {
	t.Helper()
	own, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { own.Close() })
	s := &screen{read: make(chan struct{})}
	var number int
	for _, step := range []func(fd int) error{
		func(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0) },
		func(fd int) (err error) { number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN); return },
		func(fd int) error {
			return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns})
		},
	} {
		if err := step(int(own.Fd())); err != nil {
			t.Fatal(err)
		}
	}
	if s.end, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	go s.watch(own)
	return s
}

func (s *screen) watch(own *os.File) {
	defer close(s.read)
	buf := make([]byte, 4096)
	for {
		n, err := own.Read(buf)
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// lines gives what stands on the screen: of each line what was written after
// it was last begun anew.
func (s *screen) lines() []string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(s.String(), "\r\n", "\n"), "\n") {
		parts := strings.Split(line, "\r\x1b[K")
		out = append(out, parts[len(parts)-1])
	}
	return out
}

func TestTerminalShowsProgressAndKeepsNoneOfIt(t *testing.T) {
	t.Parallel()
	const columns = 60
	s := openScreen(t, columns)
	cmd := exec.Command(program, "run", "testdata/shop.js", "--engine", "local", "-e", "HORIZON=300s")
	cmd.Stdout, cmd.Stderr = s.end, s.end
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.end.Close()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	await(t, time.Minute, "the second line of progress", func() bool {
		return strings.Count(s.String(), "\x1b[?7las declared: baseline, ") > 1
	})
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code is another test's
	<-s.read
	var table bool
	for _, line := range s.lines() {
		if strings.Contains(line, "goodput ") && strings.Contains(line, "/s, ") {
			t.Errorf("progress stays on the screen: %q", line)
		}
		table = table || strings.HasPrefix(line, "│ verdict ")
		if strings.HasPrefix(line, "│") && utf8.RuneCountInString(line) > columns {
			t.Errorf("the table is wider than the screen: %q", line)
		}
	}
	if !table || strings.Count(s.String(), "\x1b[?7l") != strings.Count(s.String(), "\x1b[?7h") {
		t.Errorf("there is no table, or lines are cut for ever:\n%q", s)
	}
}
