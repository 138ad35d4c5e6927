package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// loopDisk is a disk of its own for one node's ledger: an ext4 file system in a file,
// on a loop device. So the kernel itself says that it is full or read-only.
//
//	DIR/image         the file
//	DIR/mounts        a shared mount of itself, which the container follows
//	DIR/mounts/disk   where the file system is mounted
type loopDisk struct {
	dir string

	mu             sync.Mutex
	device         string // such as /dev/loop0
	full, readOnly bool
}

const (
	loopSize = 64 << 20
	// loopBlock is the size of a block, in bytes. On a full disk a file still takes
	// what fits into the block it has begun: of the smallest some ten sales.
	loopBlock = "1024"
	// filler is the file that fills the disk.
	filler = "filler"
)

// loopTools are the programs that a loopDisk needs.
var loopTools = []string{"mkfs.ext4", "e2fsck", "losetup"}

// canLoop says whether this process may make loop devices and mount them.
var canLoop = sync.OnceValue(func() bool {
	for _, tool := range loopTools {
		if _, err := exec.LookPath(tool); err != nil {
			return false
		}
	}
	_, err := os.Stat("/dev/loop-control")
	return err == nil && os.Geteuid() == 0
})

func (d *loopDisk) image() string  { return filepath.Join(d.dir, "image") }
func (d *loopDisk) mounts() string { return filepath.Join(d.dir, "mounts") }
func (d *loopDisk) disk() string   { return filepath.Join(d.mounts(), "disk") }

// make makes the disk, which belongs to that user and group. On an error nothing of it is left.
func (d *loopDisk) make(ctx context.Context, owner string) error {
	err := d.build(ctx, owner)
	if err != nil {
		_, undone := destroyLoop(d.dir)
		return fmt.Errorf("make a disk in a file: %w", errors.Join(err, undone))
	}
	return nil
}

func (d *loopDisk) build(ctx context.Context, owner string) error {
	if err := os.MkdirAll(d.mounts(), 0o755); err != nil {
		return err
	}
	if err := unix.Mount(d.mounts(), d.mounts(), "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := unix.Mount("", d.mounts(), "", unix.MS_SHARED, ""); err != nil {
		return err
	}
	if err := os.Mkdir(d.disk(), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(d.image(), nil, 0o600); err != nil {
		return err
	}
	if err := os.Truncate(d.image(), loopSize); err != nil {
		return err
	}
	if _, err := tool(ctx, "mkfs.ext4", "-q", "-F", "-m", "0", "-b", loopBlock, "-E", "root_owner="+owner, d.image()); err != nil {
		return err
	}
	device, err := tool(ctx, "losetup", "-f", "--show", d.image())
	if err != nil {
		return err
	}
	d.device = device
	return d.mount()
}

// mount mounts it as distributions mount the root: an error makes it read-only.
func (d *loopDisk) mount() error {
	return unix.Mount(d.device, d.disk(), "ext4", unix.MS_NODEV|unix.MS_NOSUID, "errors=remount-ro")
}

// fill takes all the room there is.
func (d *loopDisk) fill() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = true
	if d.readOnly {
		return nil // it is filled once it can be written again
	}
	return d.takeRoom()
}

func (d *loopDisk) takeRoom() error {
	f, err := os.OpenFile(filepath.Join(d.disk(), filler), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 64<<10)
	for len(block) >= 512 {
		if _, err = f.Write(block); err != nil {
			block = block[:len(block)/2] // what is left may still take less
		}
	}
	if !errors.Is(err, unix.ENOSPC) {
		return errors.Join(fmt.Errorf("fill the disk: %w", err), f.Close())
	}
	_ = f.Sync() // so that no room comes back
	return f.Close()
}

// empty gives the room back.
func (d *loopDisk) empty() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = false
	if d.readOnly {
		return nil
	}
	return d.giveRoom()
}

func (d *loopDisk) giveRoom() error {
	if err := os.Remove(filepath.Join(d.disk(), filler)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// fail has the kernel find an error in the file system, which makes it read-only.
func (d *loopDisk) fail() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.readOnly = true
	return os.WriteFile(filepath.Join("/sys/fs/ext4", filepath.Base(d.device), "trigger_fs_error"), []byte("1"), 0o200)
}

// repair does what an operator does: it unmounts the file system, which nobody may use
// meanwhile, checks it, and mounts it again.
func (d *loopDisk) repair(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := unix.Unmount(d.disk(), 0); err != nil && !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("unmount the disk: %w", err)
	}
	// 1 is that errors were found and corrected.
	var exit *exec.ExitError
	if out, err := tool(ctx, "e2fsck", "-p", d.device); err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 1) {
		return fmt.Errorf("check the disk: %w: %s", err, out)
	}
	if err := d.mount(); err != nil {
		return fmt.Errorf("mount the disk again: %w", err)
	}
	d.readOnly = false
	if d.full {
		return d.takeRoom()
	}
	return d.giveRoom()
}

// destroyLoop takes away the disk in a folder and says whether it was there.
func destroyLoop(dir string) (found bool, err error) {
	if _, err := os.Lstat(dir); os.IsNotExist(err) {
		return false, nil
	}
	d := loopDisk{dir: dir}
	for _, at := range []string{d.disk(), d.mounts()} {
		for err := error(nil); err == nil; { // until nothing is mounted there
			if err = unix.Unmount(at, 0); errors.Is(err, unix.EBUSY) {
				err = unix.Unmount(at, unix.MNT_DETACH)
			}
		}
	}
	for _, device := range devicesOf(d.image()) {
		err = errors.Join(err, detach(device))
	}
	if err == nil && len(devicesOf(d.image())) > 0 {
		err = errors.New("a loop device is still in use")
	}
	if err != nil {
		return true, err // the folder stays, so that the device can be found
	}
	return true, os.RemoveAll(dir)
}

// detach takes the file from a loop device. The reaper, which has no PATH, does so, too.
func detach(device string) error {
	f, err := os.Open(device)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlSetInt(int(f.Fd()), unix.LOOP_CLR_FD, 0), f.Close())
}

// devicesOf gives the loop devices of a file, as the kernel has them.
func devicesOf(image string) []string {
	files, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	if err != nil {
		return nil
	}
	var devices []string
	for _, f := range files {
		if text, err := os.ReadFile(f); err == nil && strings.TrimSpace(string(text)) == image {
			devices = append(devices, "/dev/"+filepath.Base(filepath.Dir(filepath.Dir(f))))
		}
	}
	return devices
}

// tool runs a program and gives what it says.
func tool(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	said := strings.TrimSpace(string(out))
	if err != nil {
		return said, fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return said, nil
}
