package reports

import (
	"compress/gzip"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOnlyAFileThatMayHoldAResultIsRead(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, text []byte) {
		if err := os.WriteFile(path(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole := written(t, friday())
	write("whole", whole)
	write("empty", nil)
	write("cut", whole[:len(whole)-100])
	write("twice", append(append([]byte{}, whole...), '{'))
	write("text", []byte(strings.Repeat("k6 says nothing\n", 1000)))
	zip, err := os.Create(path("gzip"))
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(zip)
	_, _ = w.Write(whole)
	_, _ = w.Close(), zip.Close()
	write("huge", nil)
	if err := os.Truncate(path("huge"), MaxSize+1); err != nil { // a sparse one
		t.Fatal(err)
	}
	write("zeros", nil)
	if err := os.Truncate(path("zeros"), MaxSize); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(path("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", path("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for name, want := range map[string]error{
		path("whole"): nil, path("empty"): ErrEmpty, path("cut"): ErrCutShort, path("twice"): ErrTrailing,
		path("gzip"): ErrGzip, path("huge"): ErrSize, path("pipe"): ErrIrregular, path("socket"): ErrIrregular,
		dir: ErrIrregular, "/dev/zero": ErrIrregular, "/dev/null": ErrIrregular, "/proc/self/status": ErrChanged,
		path("none"): os.ErrNotExist,
	} {
		if _, err := ReadFile(name); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
	for name, want := range map[string]string{
		"huge": "larger than 2 GiB, which is the most that is read", "text": "it begins with \"k6 says nothing", "zeros": "it begins with",
	} {
		if _, err := ReadFile(path(name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

func TestAFileThatGrowsIsReadNoFurtherThanItWas(t *testing.T) {
	endless := &counting{}
	text, err := readBounded(endless, 10_000)
	if err != nil || len(text) != 10_001 || endless.n > 20_000 {
		t.Errorf("%d bytes kept of %d, error %v", len(text), endless.n, err)
	}
}

// counting never ends, and counts what was read of it.
type counting struct{ n int }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '{'
	}
	c.n += len(b)
	return len(b), nil
}

func TestReadStopsEarlyAtWhatIsNoResult(t *testing.T) {
	endless := &counting{}
	_, err := Read(io.MultiReader(strings.NewReader("\x1f\x8b"), endless))
	if !errors.Is(err, ErrGzip) || endless.n > 10_000 {
		t.Errorf("%d bytes read, error %v", endless.n, err)
	}
}
