package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
)

// ReaperName is the name (argv[0]) under which this program is the reaper.
const ReaperName = "retrystorm-reaper"

// kind is a kind of thing that must not outlive the harness.
type kind string

const (
	aProcess   kind = "process"   // Name is its mark
	aDir       kind = "dir"       // Name is its path
	aContainer kind = "container" // Name is its name
	aVolume    kind = "volume"    // Name is its name
	aNetwork   kind = "network"   // Name is its name
	aLoop      kind = "loop"      // Name is the folder of a loopDisk
)

// thing is something that must not outlive the harness. Its name is chosen
// before it is made, so that the reaper hears of it first.
type thing struct {
	Kind kind   `json:"kind"`
	Name string `json:"name"`
	Host string `json:"host,omitempty"` // of the Docker daemon that has it
}

// notice is one line from the harness to its reaper.
type notice struct {
	Gone bool `json:"gone,omitempty"`
	thing
}

// reaperPipe is the harness's end of the pipe to its reaper; there is one a process.
var reaperPipe struct {
	mu   sync.Mutex
	pipe io.WriteCloser // nil until the first thing is announced
}

// announce tells the reaper what is about to be made. What the pipe has taken
// the reaper will read, even if the harness dies in the next moment.
func announce(things ...thing) error {
	reaperPipe.mu.Lock()
	defer reaperPipe.mu.Unlock()
	if reaperPipe.pipe == nil {
		pipe, err := startReaper()
		if err != nil {
			return fmt.Errorf("start the reaper: %w", err)
		}
		reaperPipe.pipe = pipe
	}
	for _, t := range things {
		if err := tell(reaperPipe.pipe, notice{thing: t}); err != nil {
			return fmt.Errorf("tell the reaper of a %s: %w", t.Kind, err)
		}
	}
	return nil
}

// renounce tells the reaper what is gone. If that does not reach it, it only
// looks once more for what is gone.
func renounce(things ...thing) {
	reaperPipe.mu.Lock()
	defer reaperPipe.mu.Unlock()
	if reaperPipe.pipe == nil {
		return
	}
	for _, t := range things {
		_ = tell(reaperPipe.pipe, notice{Gone: true, thing: t})
	}
}

func tell(w io.Writer, n notice) error {
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

var errNoTakeOver = errors.New("this program does not call harness.TakeOver first thing")

// startReaper starts this program again as the reaper, in a session of its own
// so that no signal to the harness's process group and no closed terminal
// reaches it. It inherits no output: whoever waits for the harness's output to
// end must not wait for the reaper.
func startReaper() (io.WriteCloser, error) {
	if !tookOver.Load() {
		return nil, errNoTakeOver // the reaper would be a second harness
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self) // without a context: it must outlive them all
	cmd.Args = []string{ReaperName}
	cmd.Dir = "/"
	cmd.Env = inherited(slices.Concat(ofLoader, ofDocker))
	cmd.Stdin = read
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = errors.Join(cmd.Start(), read.Close())
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	// It ends after the harness, so nobody waits for it; should it die before,
	// this keeps it from staying a zombie.
	go func() { _ = cmd.Wait() }()
	return write, nil
}
