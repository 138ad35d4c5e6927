package sim

import (
	_ "github.com/retrystorm/retrystorm/internal/live"
	_ "github.com/retrystorm/retrystorm/internal/terminal"
	_ "github.com/retrystorm/retrystorm/internal/util"
)
