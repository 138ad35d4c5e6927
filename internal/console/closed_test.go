package console

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOutputIsClosedOnlyWhereAShellDidIt(t *testing.T) {
	tests := map[string]struct {
		path  string
		flags int
	}{
		"as the runtime opens it, whose parent is no shell": {os.DevNull, unix.O_RDWR},
		"as a shell opens it":                               {os.DevNull, unix.O_WRONLY},
		"another device":                                    {"/dev/full", unix.O_RDWR},
		"a file":                                            {filepath.Join(t.TempDir(), "file"), unix.O_RDWR | unix.O_CREAT},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := os.OpenFile(test.path, test.flags, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if Closed(f) {
				t.Error("it counts as closed")
			}
			f.Close()
			if !Closed(f) {
				t.Error("it counts as open after its end")
			}
		})
	}
}

func TestNullDeviceIsKnownByWhatItIs(t *testing.T) {
	if !isNull(os.Stat(os.DevNull)) || isNull(os.Stat("/dev/full")) || isNull(os.Stat(filepath.Join(t.TempDir(), "none"))) {
		t.Error("the null device is taken for another one, or another one for it")
	}
}
