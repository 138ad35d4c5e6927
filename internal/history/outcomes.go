package history

import (
	"encoding/json"
	"fmt"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// Outcomes counts attempts that ended, by cause.
type Outcomes [retry.Causes]int64

// Add counts o, too.
func (o *Outcomes) Add(other *Outcomes) {
	for c := range o {
		o[c] += other[c]
	}
}

// MarshalJSON gives the counts by the names of their causes, so that a later
// order of causes changes nothing; those that never occurred are left out.
func (o Outcomes) MarshalJSON() ([]byte, error) {
	by := map[string]int64{}
	for c, n := range o {
		if n != 0 {
			by[retry.Cause(c).String()] = n
		}
	}
	return json.Marshal(by)
}

// UnmarshalJSON reads what MarshalJSON gives. A cause that is not known is an
// error.
func (o *Outcomes) UnmarshalJSON(text []byte) error {
	var by map[string]int64
	if err := json.Unmarshal(text, &by); err != nil {
		return err
	}
	*o = Outcomes{}
	for c := range o {
		name := retry.Cause(c).String()
		o[c] = by[name]
		delete(by, name)
	}
	for name := range by {
		return fmt.Errorf("attempts ended by %.40q, which is no cause that this version knows", name)
	}
	return nil
}
