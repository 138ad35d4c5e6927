package terminal

import (
	"fmt"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Zone is how far a shop's local time is ahead of the run's; negative behind it.
type Zone time.Duration

// widest is how far a local time is from that of the prime meridian at the most: it
// is +14 h on the Line Islands, by the IANA time zone database.
const widest = Zone(14 * time.Hour)

// DecodeValue reads '+10h', '-5h' or '5h30m'.
func (z *Zone) DecodeValue(v any) error {
	s, ok := v.(string)
	d, err := time.ParseDuration(s)
	if !ok || err != nil {
		return fmt.Errorf("%s is no offset; write how far the local time is ahead, such as '+10h' or '-3h30m'", field.Show(v))
	}
	*z = Zone(d)
	return nil
}

// String gives the offset with its sign: "+10h0m0s".
func (z Zone) String() string {
	s := time.Duration(z).String()
	if strings.HasPrefix(s, "-") {
		return s
	}
	return "+" + s
}
