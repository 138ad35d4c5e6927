package processor

import (
	"time"

	"golang.org/x/sys/unix"
)

// Time is what this process has used of all processors, in user and kernel
// mode; zero if the kernel does not say.
func Time() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
