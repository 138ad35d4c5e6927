package console

import (
	"os"
	"testing"
)

func TestFileIsNoTerminal(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := func(string) string { return "en_GB.UTF-8" }
	for _, file := range []*os.File{f, nil} {
		if got := Of(file, all); got != (Console{}) {
			t.Errorf("a file is taken for %+v", got)
		}
	}
}

func TestTerminalShowsWhatItsEnvironmentAllows(t *testing.T) {
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	defer pty.Close()
	for name, tc := range map[string]struct {
		env            map[string]string
		colour, blocks bool
	}{
		"plain":                  {nil, true, false},
		"UTF-8":                  {map[string]string{"LANG": "de_CH.UTF-8"}, true, true},
		"utf8":                   {map[string]string{"LANG": "C.utf8"}, true, true},
		"LC_ALL before LANG":     {map[string]string{"LANG": "C.UTF-8", "LC_ALL": "C"}, true, false},
		"LC_CTYPE before LANG":   {map[string]string{"LANG": "C", "LC_CTYPE": "C.UTF-8"}, true, true},
		"no colours":             {map[string]string{"LANG": "C.UTF-8", "NO_COLOR": "1"}, false, true},
		"no colours in k6":       {map[string]string{"LANG": "C.UTF-8", "K6_NO_COLOR": "true"}, false, true},
		"dumb":                   {map[string]string{"LANG": "C.UTF-8", "TERM": "dumb"}, false, false},
		"the console of a Linux": {map[string]string{"LANG": "C.UTF-8", "TERM": "linux"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Of(pty, func(key string) string { return tc.env[key] })
			if !got.Terminal || got.Colour != tc.colour || got.Blocks != tc.blocks {
				t.Errorf("%+v", got)
			}
		})
	}
}
