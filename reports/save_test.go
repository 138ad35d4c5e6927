package reports

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSaveMakesTheDirectoryAndWritesOneFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := friday().Save(dir); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(friday(), got); diff != "" {
		t.Error(diff)
	}
	only(t, dir, "result.json")
}

func TestSaveReplacesAnOlderResult(t *testing.T) {
	dir := t.TempDir()
	older(t, dir)
	if err := friday().Save(dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Size() < 100 || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	only(t, dir, FileName)
}

// failing is a file on which one step fails.
type failing struct {
	*os.File
	space             int // bytes until the disk is full
	chmod, sync, shut error
}

func (f *failing) Write(p []byte) (int, error) {
	if len(p) <= f.space {
		f.space -= len(p)
		return f.File.Write(p)
	}
	n, _ := f.File.Write(p[:f.space])
	return n, syscall.ENOSPC
}

func (f *failing) Chmod(os.FileMode) error { return f.chmod }
func (f *failing) Sync() error             { return f.sync }
func (f *failing) Close() error            { return errors.Join(f.File.Close(), f.shut) }

func TestSaveThatFailsLeavesTheOlderResultAndNothingElse(t *testing.T) {
	const plenty = 1 << 20
	for _, tc := range []struct {
		name string
		file failing
		want error
	}{
		{"full disk", failing{space: 100}, syscall.ENOSPC},
		{"no space at all", failing{}, syscall.ENOSPC},
		{"mode refused", failing{space: plenty, chmod: syscall.EPERM}, syscall.EPERM},
		{"sync fails", failing{space: plenty, sync: syscall.EIO}, syscall.EIO},
		{"close fails", failing{space: plenty, shut: syscall.EDQUOT}, syscall.EDQUOT},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			older(t, dir)
			create := func(dir string) (file, error) {
				f, err := createTemp(dir)
				if err != nil {
					return nil, err
				}
				tc.file.File = f.(*os.File)
				return &tc.file, nil
			}
			if err := save(dir, FileName, create, friday().WriteJSON); !errors.Is(err, tc.want) {
				t.Errorf("error %v; want %v", err, tc.want)
			}
			got, err := os.ReadFile(filepath.Join(dir, FileName))
			if err != nil || string(got) != "older" {
				t.Errorf("the older result is now %q (%v)", got, err)
			}
			only(t, dir, FileName)
		})
	}
}

func TestSaveThatCannotWriteTheResultLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	broken := errors.New("broken")
	err := save(dir, FileName, createTemp, func(io.Writer) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	only(t, dir)
}

func TestDirectoryThatCannotBeWritten(t *testing.T) {
	for _, tc := range []struct {
		name string
		dir  func(t *testing.T, temp string) string
		text string
	}{
		{"no name", func(*testing.T, string) string { return "" }, "no directory is given"},
		{"a file", func(t *testing.T, temp string) string { older(t, temp); return filepath.Join(temp, FileName) }, "not a directory"},
		{"below a file", func(t *testing.T, temp string) string { older(t, temp); return filepath.Join(temp, FileName, "x") }, "not a directory"},
		{"read-only", func(t *testing.T, temp string) string {
			if os.Geteuid() == 0 {
				return "/proc/self" // root writes to any directory of a real file system
			}
			if err := os.Chmod(temp, 0o555); err != nil {
				t.Fatal(err)
			}
			return temp
		}, ""},
		{"result.json is a directory", func(t *testing.T, temp string) string {
			if err := os.Mkdir(filepath.Join(temp, FileName), 0o755); err != nil {
				t.Fatal(err)
			}
			return temp
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := tc.dir(t, t.TempDir())
			for what, err := range map[string]error{"CheckDir": CheckDir(dir), "Save": friday().Save(dir)} {
				if err == nil || !strings.HasPrefix(err.Error(), "cannot ") || !strings.Contains(err.Error(), tc.text) {
					t.Errorf("%s: error %v; want one with %q", what, err, tc.text)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".result*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestCheckDirLeavesADirectoryAsItWas(t *testing.T) {
	dir := t.TempDir()
	older(t, dir)
	if err := CheckDir(dir); err != nil {
		t.Error(err)
	}
	only(t, dir, FileName)
	fresh := filepath.Join(dir, "new")
	if err := CheckDir(fresh); err != nil {
		t.Error(err)
	}
	only(t, fresh)
}

func older(t *testing.T, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// only checks that a directory holds these files and no other.
func only(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s holds (-want +got):\n%s", dir, diff)
	}
}

func TestCheckFileRefusesWhatCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	older(t, dir)
	for name, want := range map[string]string{FileName: "", "new": "", ".": "no regular file", FileName + "/x": "not a directory"} {
		path := filepath.Join(dir, name)
		err := CheckFile(filepath.Dir(path), filepath.Base(path))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), "cannot save "+path) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want one with %q", name, err, want)
		}
	}
	only(t, dir, FileName)
	if text, err := os.ReadFile(filepath.Join(dir, FileName)); string(text) != "older" || err != nil {
		t.Errorf("the older result is now %q, %v", text, err)
	}
}
