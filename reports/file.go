package reports

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"syscall"
)

// MaxSize is the most bytes of a result that are read. A run of a hundred
// buckets takes 65 kB, so 10,000 runs of each of two variants take 1.3 GB.
const MaxSize = 2 << 30

// headSize is how much of a result is read before the rest, to see that it may be one.
const headSize = 4096

// ReadFile reads the result in a file, as Read does. It refuses what is no
// regular file, which might never end or never begin, with ErrIrregular, and one
// that is longer or shorter when it was read than when it was opened with
// ErrChanged.
func ReadFile(path string) (*Result, error) {
	text, err := readRegular(path)
	if err != nil {
		return nil, err
	}
	return readText(text)
}

// readRegular reads a whole file, for ReadFile.
func readRegular(path string) ([]byte, error) {
	// A pipe without a writer would block, were it opened without more ado.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if info, there := os.Stat(path); there == nil && !info.Mode().IsRegular() {
			return nil, ErrIrregular // such as a socket, which cannot be opened
		}
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, ErrIrregular
	case info.Size() > MaxSize:
		return nil, fmt.Errorf("%w It has %d bytes", ErrSize, info.Size())
	}
	text, err := readBounded(f, info.Size())
	if err != nil {
		return nil, err
	}
	if int64(len(text)) != info.Size() {
		return nil, ErrChanged
	}
	return text, nil
}

// readBounded reads all there is, and refuses early what is no result; size is
// what is expected, if it is known. It reads no more than a byte beyond that.
func readBounded(r io.Reader, size int64) ([]byte, error) {
	most := int64(MaxSize)
	if size > 0 {
		most = size
	}
	var text bytes.Buffer                                                   // with no more memory than it needs, until it is seen to be a result
	if _, err := io.CopyN(&text, r, min(headSize, most+1)); err == io.EOF { //nolint:errorlint // as CopyN says
		return text.Bytes(), plausible(text.Bytes())
	} else if err != nil {
		return nil, fmt.Errorf("cannot read the result: %w", err)
	}
	if err := plausible(text.Bytes()); err != nil {
		return nil, err
	}
	text.Grow(int(max(min(size, MaxSize)-headSize, 0)) + bytes.MinRead + 1)
	if _, err := text.ReadFrom(io.LimitReader(r, most+1-int64(text.Len()))); err != nil {
		return nil, fmt.Errorf("cannot read the result: %w", err)
	}
	if text.Len() > MaxSize {
		return nil, ErrSize
	}
	return text.Bytes(), nil
}

// plausible says whether a result may begin so.
func plausible(head []byte) error {
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		return ErrGzip
	}
	if len(head) < headSize {
		return nil // all of it, so that there is more to say of what is wrong
	}
	if trimmed := bytes.TrimLeft(head, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return fmt.Errorf("cannot read the result: it begins with %.20q, and not with {", head)
	}
	return nil
}
