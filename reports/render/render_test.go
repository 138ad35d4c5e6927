package render

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func TestSaveWritesEveryFormatThatHasAFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	if result, others := Save(dir, sample.Friday()); result != nil || others != nil {
		t.Fatal(result, others)
	}
	for _, f := range Formats() {
		if f.File == "" {
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, f.File))
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := f.Write(&want, sample.Friday()); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s differs from what %s writes, %v", f.File, f.Name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

func TestFileThatCannotBeWrittenKeepsNoOtherFromIt(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "report.html"), 0o755); err != nil {
		t.Fatal(err)
	}
	result, err := Save(dir, sample.Friday())
	if result != nil || err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "report.html")) || strings.Contains(err.Error(), "junit.xml") {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"result.json", "report.md", "junit.xml"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestRescueFindsAnotherPlace(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir, err := Rescue(sample.Friday())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, reports.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := reports.Read(f)
	if d := cmp.Diff(sample.Friday(), got); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	if dir, err := Rescue(sample.Friday()); err == nil {
		t.Errorf("it says that it wrote to %s", dir)
	}
}

func TestFormatIsFoundByItsName(t *testing.T) {
	for _, f := range Formats() {
		if got, err := Named(f.Name); err != nil || got.File != f.File {
			t.Errorf("%s: %v, %v", f.Name, got, err)
		}
	}
	if _, err := Named("pdf"); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "json, html, markdown, junit, svg, table") {
		t.Errorf("error %v", err)
	}
}

func FuzzFormats(f *testing.F) {
	var seed bytes.Buffer
	if err := sample.Friday().WriteJSON(&seed); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	f.Add([]byte(`{"schema":"retrystorm.result/v1","variants":[]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := reports.Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := format.Write(&out, r); err != nil || out.Len() == 0 {
				t.Errorf("%s: %d bytes, %v", format.Name, out.Len(), err)
			}
		}
	})
}
