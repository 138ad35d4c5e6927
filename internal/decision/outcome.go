package decision

// Outcome is the answer to an expectation or a gate.
type Outcome uint8

// The outcomes. A variant that was judged and not as expected is a finding
// that no other variant's invalid run takes back, so Failed outweighs Invalid.
const (
	Invalid Outcome = iota // something proves nothing, or was never run, and nothing failed
	Failed                 // something came out, and not as expected
	Passed                 // everything came out as expected
)

func (o Outcome) String() string { return [...]string{"INVALID", "FAILED", "PASSED"}[o] }

// Overall sums up the outcomes of all variants. Without any, or where not every
// run was made, they prove nothing unless something failed.
func Overall(complete bool, variants []Outcome) Outcome {
	all := Passed
	if !complete || len(variants) == 0 {
		all = Invalid
	}
	for _, o := range variants {
		switch o {
		case Failed:
			return Failed
		case Invalid:
			all = Invalid
		}
	}
	return all
}
