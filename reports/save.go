package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// FileName is the name under which Save writes a result.
const FileName = "result.json"

var errNotRegular = errors.New("what has that name is no regular file; choose another name, or take it away")

// file is what saving needs of an open file; *os.File has it.
type file interface {
	io.WriteCloser
	Name() string
	Chmod(os.FileMode) error
	Sync() error
}

// Save writes dir/result.json as SaveFile does.
func (r *Result) Save(dir string) error { return SaveFile(dir, FileName, r.WriteJSON) }

// SaveFile writes dir/name, making dir where it is missing. The file is there
// whole or not at all: an error leaves an older one as it was, except an error
// to make the directory durable, after which the new one is in place.
func SaveFile(dir, name string, write func(io.Writer) error) error {
	if err := save(dir, name, createTemp, write); err != nil {
		return fmt.Errorf("cannot save %s: %w", filepath.Join(dir, name), err)
	}
	return nil
}

// CheckDir says whether Save could write to dir, so that a user learns of it
// before a long run and not after it. It makes dir where it is missing and
// leaves nothing else behind.
func CheckDir(dir string) error {
	if err := checkDir(dir); err != nil {
		return fmt.Errorf("cannot write results to %s: %w", dir, err)
	}
	return nil
}

func checkDir(dir string) error {
	if info, err := os.Stat(filepath.Join(dir, FileName)); err == nil && info.IsDir() {
		return fmt.Errorf("%s in it is a directory", FileName)
	}
	return tryWrite(dir)
}

// CheckFile says whether SaveFile could write dir/name, so that a user learns of it
// before a long run. It makes dir where it is missing and leaves nothing else behind.
func CheckFile(dir, name string) error {
	err := checkPlace(dir, name)
	if err == nil {
		err = tryWrite(dir)
	}
	if err != nil {
		return fmt.Errorf("cannot save %s: %w", filepath.Join(dir, name), err)
	}
	return nil
}

// checkPlace refuses to have a file in place of a device, a pipe or a directory,
// which a rename would do.
func checkPlace(dir, name string) error {
	if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.Mode().IsRegular() {
		return errNotRegular
	}
	return nil
}

// tryWrite writes a file to dir, and takes it away.
func tryWrite(dir string) error {
	f, err := prepare(dir, createTemp)
	if err != nil {
		return err
	}
	err = fill(f, func(w io.Writer) error {
		_, err := w.Write([]byte("{}\n"))
		return err
	})
	return errors.Join(err, os.Remove(f.Name()))
}

// CheckTemp says whether temporary files can be made, for a backend's ledger and
// for a result that cannot be written where it should go. It leaves nothing
// behind, and makes no directory that the user only named: there may be a
// mistake in the name, or a disk that is not mounted.
func CheckTemp() error {
	dir, err := os.MkdirTemp("", "retrystorm-")
	if err == nil {
		return os.Remove(dir)
	}
	where := "TMPDIR is not set, and in " + os.TempDir()
	if os.Getenv("TMPDIR") != "" {
		where = "TMPDIR names " + os.TempDir() + ", and there"
	}
	return fmt.Errorf("%s no temporary file can be made; make that directory, or set TMPDIR to one that can be written to: %w", where, err)
}

func save(dir, name string, create func(dir string) (file, error), write func(io.Writer) error) error {
	if err := checkPlace(dir, name); err != nil {
		return err
	}
	f, err := prepare(dir, create)
	if err != nil {
		return err
	}
	err = fill(f, write)
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

func prepare(dir string, create func(dir string) (file, error)) (file, error) {
	if dir == "" {
		return nil, errors.New("no directory is given")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return create(dir)
}

// fill writes, makes durable and closes f, which must be of use to others than
// its owner: a CI system often reads it as another user.
func fill(f file, write func(io.Writer) error) error {
	err := write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func createTemp(dir string) (file, error) {
	// A file in the same directory, for only within a file system is a rename atomic.
	return os.CreateTemp(dir, ".retrystorm.*.tmp")
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	// Some file systems cannot sync a directory; there is nothing more to do there.
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
