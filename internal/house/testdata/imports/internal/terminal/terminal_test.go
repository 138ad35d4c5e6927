package terminal

import _ "github.com/retrystorm/retrystorm/internal/sim" // a test may
