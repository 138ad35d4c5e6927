package terminal

import (
	_ "time"

	_ "github.com/retrystorm/retrystorm/internal/retry"
)
