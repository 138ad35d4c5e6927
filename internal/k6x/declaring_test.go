package k6x

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// Settings that would be wrong for a run, an engine that is not there and more runs
// than were asked for do not matter to whoever asks for the declaration.
func TestDeclarationIsWrittenAndNothingIsChosen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "declaration.json")
	m := New()
	s := load(t, m, 0, map[string]string{DeclareVar: file, EngineVar: "no such", RunsVar: "x", VariantVar: "other"})
	got := s.run(t, shop+`const x = new Experiment({ ...shop, expect: { recovered: { atLeast: 0.95 } } });
		return [x.variants, Object.keys(x.options), Object.keys(x.options.scenarios).sort()]`)
	if want := `[["as declared"],["scenarios","thresholds"],["director","fleet"]]`; got != want {
		t.Errorf("the script is given %s, want %s", got, want)
	}
	var said strings.Builder
	code := -1
	m.told(m.session, &said, func(c int) { code = c })
	if code != 0 || said.Len() > 0 {
		t.Errorf("exit code %d, %q", code, &said)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := experiment.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("shop", e.Name); diff != "" {
		t.Error(diff)
	}
}

func TestDeclarationThatIsWrongIsNotWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "declaration.json")
	asked := map[string]string{DeclareVar: file}
	refused(t, load(t, New(), 0, asked).fails(t, shop+`new Experiment({ ...shop, horizn: '3s' })`), "horizn", "horizon")

	m := New()
	load(t, m, 0, asked).run(t, shop+`new Experiment(shop); return 1`)
	m.callOff(errFickle)
	var said strings.Builder
	code := -1
	m.told(m.session, &said, func(c int) { code = c })
	if code != 104 || !strings.Contains(said.String(), "neither on the clock") {
		t.Errorf("exit code %d, %q", code, &said)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
}

func TestDeclarationThatCannotBeWrittenIsTold(t *testing.T) {
	m := New()
	load(t, m, 0, map[string]string{DeclareVar: t.TempDir()}).run(t, shop+`new Experiment(shop); return 1`)
	var said strings.Builder
	code := -1
	m.told(m.session, &said, func(c int) { code = c })
	if code != 110 || !strings.Contains(said.String(), "could not be written") {
		t.Errorf("exit code %d, %q", code, &said)
	}
}
