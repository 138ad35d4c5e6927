package compare

// Answer is how something came out.
type Answer uint8

// The answers. Which of them outweighs which is said by weight.
const (
	NoEvidence  Answer = iota // of a difference
	Identical                 // run for run the same
	TooSmall                  // a difference is evident, but less than matters
	NotCompared               // one side has no figure, or another one
	New                       // only NEW has it
	Better
	Invalid // NEW proves nothing
	Missing // only OLD has it
	Worse
)

// answers are the words of JSON and those for people.
var answers = [...][2]string{
	NoEvidence:  {"no_evidence", "no evidence"},
	Identical:   {"identical", "identical"},
	TooSmall:    {"too_small", "too small to matter"},
	NotCompared: {"not_compared", "not compared"},
	New:         {"new", "new"},
	Better:      {"better", "better"},
	Invalid:     {"invalid", "proves nothing"},
	Missing:     {"missing", "worse: missing in NEW"},
	Worse:       {"worse", "worse"},
}

// String words the answer for people.
func (a Answer) String() string { return answers[a][1] }

// MarshalText gives the word of JSON, such as "no_evidence".
func (a Answer) MarshalText() ([]byte, error) { return []byte(answers[a][0]), nil }

// weight orders answers by what they do to the whole: something worse outweighs
// what proves nothing, and that what is better.
func (a Answer) weight() int {
	switch a {
	case Worse, Missing:
		return 3
	case Invalid:
		return 2
	case Better:
		return 1
	}
	return 0
}

// Sum gives the answer of a whole by those of its parts. It is Identical only
// if every part is.
func Sum(parts []Answer) Answer {
	out := NoEvidence
	same := len(parts) > 0
	for _, a := range parts {
		same = same && a == Identical
		if a.weight() > out.weight() {
			out = a
		}
	}
	switch {
	case same:
		return Identical
	case out == Missing:
		return Worse
	}
	return out
}
