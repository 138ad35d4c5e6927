// Package harness may use a clock.
package harness

import (
	"os"
	"time"
)

var now, pid = time.Now(), os.Getpid()
