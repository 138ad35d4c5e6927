// Package retry has a test that may wait.
package retry

import "time"

func wait() { time.Sleep(1) }
