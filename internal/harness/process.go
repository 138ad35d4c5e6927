package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
)

// markVar is the environment variable by which the reaper knows a backend
// process: it is there from the process's first instruction, so that there is
// no moment at which the process runs and the reaper cannot find it.
const markVar = "RETRYSTORM_MARK"

// process is an instance: a child process.
type process struct {
	binary string
	mark   string
	cfg    fakes.Config

	mu       sync.Mutex
	children []*child // in the order of their lives
}

// child is one life of the process.
type child struct {
	process *os.Process
	said    *tail
	ended   chan struct{} // closed once it has been waited for
	state   *os.ProcessState
	endedAt time.Time
	orders  orders
}

func (c *child) alive() bool {
	if c == nil {
		return false
	}
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

func (p *process) obey(ctx context.Context, o order, _ float64) error {
	switch o {
	case boot:
		return p.boot()
	case kill:
		return p.kill(ctx)
	case freeze:
		return p.signal(syscall.SIGSTOP)
	case thaw:
		return p.signal(syscall.SIGCONT)
	case remove:
		return p.remove(ctx)
	}
	return fmt.Errorf("the local engine cannot set a CPU quota: %w", errors.ErrUnsupported)
}

// boot starts the process if it does not run, and makes its directory.
func (p *process) boot() error {
	if p.latest().alive() {
		return nil
	}
	if err := announce(p.things()...); err != nil {
		return err
	}
	// Not its parent, which is the user's: that it is missing is a mistake.
	if err := os.Mkdir(p.cfg.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the ledger's directory: %w", err)
	}
	cfg, err := json.Marshal(p.cfg)
	if err != nil {
		return fmt.Errorf("encode the node's configuration: %w", err)
	}
	c := &child{said: &tail{}, ended: make(chan struct{})}
	cmd := exec.Command(p.binary) // without a context: it ends by Stop
	cmd.Args = []string{fakes.Name}
	cmd.Env = inherited(ofLoader, fakes.ConfigVar+"="+string(cfg), markVar+"="+p.mark)
	cmd.Dir = p.cfg.Dir
	cmd.Stdout, cmd.Stderr = c.said, c.said
	// An interrupt from the keyboard is the harness's to handle.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the backend: %w", err)
	}
	c.process = cmd.Process
	go func() {
		_ = cmd.Wait() // the state says more
		c.state, c.endedAt = cmd.ProcessState, time.Now()
		close(c.ended)
	}()
	go c.follow()
	p.mu.Lock()
	p.children = append(p.children, c)
	p.mu.Unlock()
	return nil
}

// latest gives the latest life, nil before the first boot.
func (p *process) latest() *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.children) == 0 {
		return nil
	}
	return p.children[len(p.children)-1]
}

// kill returns when the process has ended.
func (p *process) kill(ctx context.Context) error {
	c := p.latest()
	if !c.alive() {
		return nil
	}
	if !c.dying() {
		c.orders.kill()
	}
	if err := c.process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill process %d: %w", c.process.Pid, err)
	}
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("process %d does not end: %w", c.process.Pid, ctx.Err())
	}
}

// signal notes the order and sends s to the process if it lives.
func (p *process) signal(s os.Signal) error {
	c := p.latest()
	if !c.alive() {
		return nil
	}
	letter, err := runState(c.process.Pid)
	if err != nil {
		return nil //nolint:nilerr // it has just ended
	}
	c.orders.signal(s, letter == 'T')
	if err := c.process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("send %v to process %d: %w", s, c.process.Pid, err)
	}
	return nil
}

func (p *process) remove(ctx context.Context) error {
	if err := p.kill(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(p.cfg.Dir); err != nil {
		return fmt.Errorf("remove the ledger's directory: %w", err)
	}
	renounce(p.things()...)
	return nil
}

func (p *process) things() []thing {
	return []thing{{Kind: aProcess, Name: p.mark}, {Kind: aDir, Name: p.cfg.Dir}}
}

func (p *process) look(context.Context) (status, error) {
	c := p.latest()
	if c == nil {
		return status{name: "the process", state: "not started"}, nil
	}
	s := status{name: fmt.Sprintf("process %d", c.process.Pid)}
	if !c.alive() {
		s.state = "ended: " + c.state.String()
		return s, nil
	}
	letter, err := runState(c.process.Pid)
	if err != nil {
		return s, err
	}
	s.alive, s.state = true, "running"
	if letter == 'T' {
		s.frozen, s.state = true, "stopped"
	}
	return s, nil
}

// runState reads the letter of a process's state, see proc_pid_stat(5).
func runState(pid int) (byte, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("read the state of process %d: %w", pid, err)
	}
	// The state follows the program's name, which is in parentheses and may
	// hold any character.
	after := text[strings.LastIndexByte(string(text), ')')+1:]
	if len(after) < 2 {
		return 0, fmt.Errorf("the state of process %d cannot be read from %q", pid, text)
	}
	return after[1], nil
}

func (p *process) reach() string { return p.cfg.Load }

func (p *process) last(context.Context) string {
	if c := p.latest(); c != nil {
		return c.said.String()
	}
	return ""
}
