package retry

import (
	_ "github.com/retrystorm/retrystorm/internal/field"
	_ "github.com/retrystorm/retrystorm/internal/terminal"
)
