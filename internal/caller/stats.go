package caller

import "github.com/retrystorm/retrystorm/internal/retry"

// Stats counts what went over a link to one of its nodes since the caller started.
type Stats struct {
	Calls    int64               `json:"calls"`    // calls whose first attempt went there
	Attempts int64               `json:"attempts"` // sent, first ones included
	Outcomes [retry.Causes]int64 `json:"outcomes"` // attempts ended, by cause
}

// Add counts o, too.
func (s *Stats) Add(o Stats) {
	s.Calls += o.Calls
	s.Attempts += o.Attempts
	for i := range s.Outcomes {
		s.Outcomes[i] += o.Outcomes[i]
	}
}

// Since gives what was counted after before.
func (s Stats) Since(before Stats) Stats {
	s.Calls -= before.Calls
	s.Attempts -= before.Attempts
	for i := range s.Outcomes {
		s.Outcomes[i] -= before.Outcomes[i]
	}
	return s
}
