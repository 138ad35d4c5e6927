package console

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// Closed says whether the shell that started this process closed its standard
// output, as by `>&-`. Go's runtime then opens /dev/null in its place, for reading
// and writing. So do some programs, Python among them, that want a child's output
// to be gone, but no shell: it opens /dev/null for writing only.
func Closed(f *os.File) bool {
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	if err != nil {
		return true
	}
	return flags&unix.O_ACCMODE == unix.O_RDWR && isNull(f.Stat()) && fromShell()
}

// isNull says whether what was looked at is /dev/null.
func isNull(found os.FileInfo, err error) bool {
	null, other := os.Stat(os.DevNull)
	return err == nil && other == nil && os.SameFile(null, found)
}

var shells = []string{"sh", "ash", "bash", "dash", "fish", "ksh", "mksh", "zsh", "busybox"}

// fromShell says whether a shell started this process whose own standard output
// goes elsewhere, so that it is not from there that this process has its own.
func fromShell() bool {
	parent := fmt.Sprintf("/proc/%d/", os.Getppid())
	name, err := os.ReadFile(parent + "comm")
	return err == nil && slices.Contains(shells, string(bytes.TrimSpace(name))) && !isNull(os.Stat(parent+"fd/1"))
}
