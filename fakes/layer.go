package fakes

import (
	"io"
	"os"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// layer is the file layer between one opening of the ledger and its files: what is
// wrong with the disk comes out of the files as the errors of a kernel. It may be used
// by many at once.
type layer struct {
	vfs.FS
	*disk
	files map[*layerFile]bool // open for writing
	reads map[*readFile]bool  // open for reading, folders too
	dead  bool                // it was given up, and changes nothing any more
}

func newLayer(fs vfs.FS, d *disk) *layer {
	return &layer{FS: fs, disk: d, files: map[*layerFile]bool{}, reads: map[*readFile]bool{}}
}

// kill gives the layer up: whoever still uses it changes nothing any more.
func (l *layer) kill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
}

// closeAll closes what is open still, of a layer that was given up.
func (l *layer) closeAll() {
	l.mu.Lock()
	files, reads := l.files, l.reads
	l.files, l.reads = map[*layerFile]bool{}, map[*readFile]bool{}
	l.mu.Unlock()
	for f := range files {
		_ = f.File.Close() // what it has is not wanted
	}
	for f := range reads {
		_ = f.File.Close()
	}
}

// readFile is a file that is open for reading.
type readFile struct {
	vfs.File
	layer *layer
}

// Close is vfs.File's.
func (f *readFile) Close() error {
	f.layer.mu.Lock()
	delete(f.layer.reads, f)
	f.layer.mu.Unlock()
	return f.File.Close()
}

// Open is vfs.FS's.
func (l *layer) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	f, err := l.FS.Open(name, opts...)
	return l.reading(f, err)
}

// OpenDir is vfs.FS's.
func (l *layer) OpenDir(name string) (vfs.File, error) {
	f, err := l.FS.OpenDir(name)
	return l.reading(f, err)
}

func (l *layer) reading(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	r := &readFile{File: f, layer: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads[r] = true
	return r, nil
}

// deny gives the error of an operation that changes something; frees says that it
// takes no room.
func (l *layer) deny(op, path string, frees bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := errnoOf(l.state.Denies())
	switch {
	case l.off, l.dead:
		err = syscall.EIO
	case frees && err == syscall.ENOSPC:
		return nil
	}
	if err == nil {
		return nil
	}
	return &os.PathError{Op: op, Path: path, Err: err}
}

// Create is vfs.FS's.
func (l *layer) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return l.open("create", name, func() (vfs.File, error) { return l.FS.Create(name, c) })
}

// OpenReadWrite is vfs.FS's.
func (l *layer) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return l.open("open", name, func() (vfs.File, error) { return l.FS.OpenReadWrite(name, c, opts...) })
}

// ReuseForWrite is vfs.FS's.
func (l *layer) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return l.open("rename", to, func() (vfs.File, error) { return l.FS.ReuseForWrite(from, to, c) })
}

// Link is vfs.FS's.
func (l *layer) Link(from, to string) error {
	return l.change("link", to, false, func() error { return l.FS.Link(from, to) })
}

// Remove is vfs.FS's.
func (l *layer) Remove(name string) error {
	return l.change("remove", name, true, func() error { return l.FS.Remove(name) })
}

// RemoveAll is vfs.FS's.
func (l *layer) RemoveAll(name string) error {
	return l.change("remove", name, true, func() error { return l.FS.RemoveAll(name) })
}

// Rename is vfs.FS's.
func (l *layer) Rename(from, to string) error {
	return l.change("rename", to, true, func() error { return l.FS.Rename(from, to) })
}

// MkdirAll is vfs.FS's. Where the folder is there it changes nothing.
func (l *layer) MkdirAll(dir string, perm os.FileMode) error {
	if _, err := l.FS.Stat(dir); err == nil {
		return nil
	}
	return l.change("mkdir", dir, false, func() error { return l.FS.MkdirAll(dir, perm) })
}

// Lock keeps the folder locked from its first opening on.
func (l *layer) Lock(name string) (io.Closer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lock == nil {
		c, err := l.FS.Lock(name)
		if err != nil {
			return nil, err
		}
		l.lock = c
	}
	return io.NopCloser(nil), nil
}

// Unwrap is vfs.FS's.
func (l *layer) Unwrap() vfs.FS { return l.FS }

func (l *layer) change(op, path string, frees bool, do func() error) error {
	if err := l.deny(op, path, frees); err != nil {
		return err
	}
	return do()
}

func (l *layer) open(op, path string, do func() (vfs.File, error)) (vfs.File, error) {
	if err := l.deny(op, path, false); err != nil {
		return nil, err
	}
	f, err := do()
	if err != nil {
		return nil, err
	}
	lf := &layerFile{File: f, layer: l, path: path}
	if info, err := f.Stat(); err == nil && op == "open" {
		lf.written, lf.synced = info.Size(), info.Size()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files[lf] = true
	return lf, nil
}

// powerOff loses what is not synced: each file that is being written ends where it was
// synced last, and no operation changes anything any more.
func (l *layer) powerOff() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = true
	for f := range l.files {
		if err := os.Truncate(f.path, f.synced); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// layerFile is a file that is open for writing.
type layerFile struct {
	vfs.File
	layer           *layer
	path            string
	written, synced int64 // the length; how much of it is on disk
}

// Write is vfs.File's.
func (f *layerFile) Write(b []byte) (int, error) {
	if err := f.layer.deny("write", f.path, false); err != nil {
		return 0, err
	}
	n, err := f.File.Write(b)
	f.layer.mu.Lock()
	defer f.layer.mu.Unlock()
	f.written += int64(n)
	return n, err
}

// Preallocate is vfs.File's.
//
// It does nothing on a disk that can be full: the log would go on in the room it has.
func (f *layerFile) Preallocate(offset, length int64) error {
	if f.layer.exact {
		return nil
	}
	if err := f.layer.deny("fallocate", f.path, false); err != nil {
		return err
	}
	return f.File.Preallocate(offset, length)
}

// Sync is vfs.File's.
func (f *layerFile) Sync() error { return f.sync(f.File.Sync) }

// SyncData is vfs.File's.
func (f *layerFile) SyncData() error { return f.sync(f.File.SyncData) }

// sync syncs, and takes at least as long as the disk is to take.
func (f *layerFile) sync(do func() error) error {
	if err := f.layer.deny("fsync", f.path, true); err != nil {
		return err
	}
	f.layer.mu.Lock()
	takes, upTo := f.layer.state.Write(&f.layer.cfg), f.written
	f.layer.mu.Unlock()
	begun := time.Now()
	if err := do(); err != nil {
		return err
	}
	time.Sleep(takes - time.Since(begun))
	f.layer.mu.Lock()
	defer f.layer.mu.Unlock()
	if f.layer.off {
		return syscall.EIO
	}
	f.synced = max(f.synced, upTo)
	return nil
}

// Close is vfs.File's. What was not synced by then has a power loss no more to fear in
// this layer, which forgets the file.
func (f *layerFile) Close() error {
	f.layer.mu.Lock()
	delete(f.layer.files, f)
	f.layer.mu.Unlock()
	return f.File.Close()
}
