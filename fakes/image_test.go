package fakes

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// piece is one file of an archive.
type piece struct {
	Type     byte
	Mode     int64
	UID, GID int
	Content  string
}

func unpack(t *testing.T, r io.Reader) map[string]piece {
	t.Helper()
	all := map[string]piece{}
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all[h.Name] = piece{h.Typeflag, h.Mode, h.Uid, h.Gid, string(b)}
	}
}

func fileOf(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "binary")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestContextHoldsTheBinaryAndAFolderForTheLedger(t *testing.T) {
	r, err := Context(fileOf(t, "program"))
	if err != nil {
		t.Fatal(err)
	}
	got := unpack(t, r)
	for _, line := range []string{"FROM scratch", "ADD root.tar /", "USER 65532:65532", `ENTRYPOINT ["/retrystorm-backend"]`} {
		if !strings.Contains(got["Dockerfile"].Content, line+"\n") {
			t.Errorf("the Dockerfile has no %q", line)
		}
	}
	want := map[string]piece{
		"retrystorm-backend": {tar.TypeReg, 0o755, 0, 0, "program"},
		"ledger/":            {tar.TypeDir, 0o700, 65532, 65532, ""},
	}
	if diff := cmp.Diff(want, unpack(t, bytes.NewReader([]byte(got["root.tar"].Content)))); diff != "" {
		t.Error(diff)
	}
}

func TestImageTagFollowsTheBinary(t *testing.T) {
	tag := func(content string) string {
		got, err := ImageTag(fileOf(t, content))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	one := tag("one")
	if !regexp.MustCompile(`^retrystorm-backend:[0-9a-f]{12}$`).MatchString(one) {
		t.Errorf("tag %q", one)
	}
	if again, other := tag("one"), tag("two"); again != one || other == one {
		t.Errorf("tags %q and %q for the same, %q for another", one, again, other)
	}
}

func TestMissingBinaryIsAnError(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := Context(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Context gave %v", err)
	}
	if _, err := ImageTag(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ImageTag gave %v", err)
	}
	if err := Static(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Static gave %v", err)
	}
}

// built compiles an empty program.
func built(t *testing.T, env ...string) string {
	t.Helper()
	dir := t.TempDir()
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-o", program, source)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("cannot build a program here: %v\n%s", err, out)
	}
	return program
}

func TestStaticTakesAStaticLinuxProgram(t *testing.T) {
	if err := Static(built(t, "GOOS=linux", "CGO_ENABLED=0")); err != nil {
		t.Error(err)
	}
}

func TestStaticSaysWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct{ binary, says string }{
		"no program": {fileOf(t, "#!/bin/sh\necho a script that is longer than a header of 64 bytes\n"), "GOOS=linux"},
		"empty":      {fileOf(t, ""), "GOOS=linux"},
		"dynamic":    {dynamic(t), "CGO_ENABLED=0"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.binary == "" {
				t.Skip("there is no dynamic program here")
			}
			if err := Static(tt.binary); !errors.Is(err, ErrStatic) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Static gave %v", err)
			}
		})
	}
}

// dynamic is a program that needs the system's libraries, if there is one.
func dynamic(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("sh")
	if err != nil {
		return ""
	}
	return path
}
