package fakes

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
)

// The inside of the backend's image.
const (
	// ImageLedger is where the image has a folder for the ledger.
	ImageLedger = "/ledger"
	// imageUser is who the backend runs as; 65532 is distroless's "nonroot".
	imageUser = 65532
)

// dockerfile has the folders come out of a layer of their own, as only an
// archive brings its owners and modes along whatever the builder.
const dockerfile = `FROM scratch
ADD root.tar /
USER 65532:65532
ENTRYPOINT ["/` + Name + `"]
`

// ErrStatic says that a binary cannot run in an image that holds nothing else;
// the text says why.
var ErrStatic = errors.New("the binary cannot run in the backend's image")

// Context gives the build context of the backend's image, a tar archive: the
// binary as /retrystorm-backend, which is also what the image runs, and an
// empty /ledger that belongs to its user. The same binary gives the same bytes.
func Context(binary string) (io.ReadSeeker, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("fakes: reading the backend's binary: %w", err)
	}
	root, err := archive([]tar.Header{
		{Name: Name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(program))},
		{Name: ImageLedger[1:] + "/", Typeflag: tar.TypeDir, Mode: 0o700, Uid: imageUser, Gid: imageUser},
	}, program)
	if err != nil {
		return nil, err
	}
	all, err := archive([]tar.Header{
		{Name: "Dockerfile", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(dockerfile))},
		{Name: "root.tar", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(root))},
	}, []byte(dockerfile), root)
	return bytes.NewReader(all), err
}

// archive packs headers; contents are those of the regular files, in order.
func archive(headers []tar.Header, contents ...[]byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(room(contents))
	w := tar.NewWriter(&b)
	for _, h := range headers {
		h.Format = tar.FormatPAX
		if err := w.WriteHeader(&h); err != nil {
			return nil, fmt.Errorf("fakes: packing %s: %w", h.Name, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if _, err := w.Write(contents[0]); err != nil {
			return nil, fmt.Errorf("fakes: packing %s: %w", h.Name, err)
		}
		contents = contents[1:]
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("fakes: packing the backend's image: %w", err)
	}
	return b.Bytes(), nil
}

// room is what an archive of contents takes at most: each has a header or two
// of 512 bytes and is filled up to 512, and two blocks end it.
func room(contents [][]byte) int {
	n := 16 << 10
	for _, c := range contents {
		n += len(c)
	}
	return n
}

// ImageTag names the image that Context makes of a binary: another binary has
// another tag, so that an image that is there need not be built again.
func ImageTag(binary string) (string, error) {
	r, err := Context(binary)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", fmt.Errorf("fakes: %w", err)
	}
	return Name + ":" + hex.EncodeToString(h.Sum(nil))[:12], nil
}

// machines are the processors that Go calls by these names.
var machines = map[string]elf.Machine{
	"386": elf.EM_386, "amd64": elf.EM_X86_64, "arm": elf.EM_ARM, "arm64": elf.EM_AARCH64,
	"loong64": elf.EM_LOONGARCH, "ppc64le": elf.EM_PPC64, "riscv64": elf.EM_RISCV, "s390x": elf.EM_S390,
}

// Static checks that a binary runs in an image that holds nothing else: built
// for Linux and this machine's processor, and linked statically. It returns
// ErrStatic if not.
func Static(binary string) error {
	f, err := elf.Open(binary)
	var foreign *elf.FormatError
	if errors.As(err, &foreign) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %s is no Linux program; build with GOOS=linux CGO_ENABLED=0", ErrStatic, binary)
	}
	if err != nil {
		return fmt.Errorf("fakes: reading the backend's binary: %w", err)
	}
	defer f.Close()
	if f.Machine != machines[runtime.GOARCH] {
		return fmt.Errorf("%w: %s is for %v; build with GOARCH=%s", ErrStatic, binary, f.Machine, runtime.GOARCH)
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return fmt.Errorf("%w: %s needs the system's libraries; build with CGO_ENABLED=0", ErrStatic, binary)
	}
	return nil
}
