package live

import _ "github.com/retrystorm/retrystorm/internal/sim"
