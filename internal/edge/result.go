package edge

// Finding is what a search came to.
type Finding uint8

// The findings. Those over the whole range are of the levels that were looked
// at, and shown at the outermost ones that give answers.
const (
	Open     Finding = iota // the trials did not suffice to tell, or are not made yet
	Crossing                // both ends of an interval are shown
	AllYes                  // the probability is at least AtLeast from end to end: Yes is the end shown last
	AllNo                   // it is below AtLeast from end to end, if above 0 perhaps: No is the end that comes nearest
	NoAnswer                // nearly all trials were unknown
)

// Result is what is known so far.
//
// Of many searches, a share of at most 1-Confidence claims a Yes or a No that is
// wrong, counted over all searches, those that find nothing included. So the
// interval between the two holds the crossing as often as Confidence says, for each probability that only falls, or only rises, over the
// part of the range that was searched. That needs no other assumption on its
// shape, and is so whether trials of one run number at different levels are
// independent or not, as no run number of a proof is used twice. Never has an
// error of 1-Confidence of its own.
//
// The probability is that of Yes among the trials with an answer.
type Result struct {
	Done     bool    // no more trials are wanted
	Found    bool    // Finding is Crossing
	Finding  Finding // what it came to
	Rising   bool    // Yes lies above the edge; where nothing crosses, where it would
	Yes      int     // the end of the interval shown to have a probability of at least AtLeast; -1 if none was
	No       int     // the end shown to have one below it; -1 if none was
	Estimate float64 // the level where the probability crosses AtLeast, likely; NaN if nothing suggests one
	Never    int     // the level nearest the edge shown to have a probability of at most 1-AtLeast; -1 if none was
	Counts   []Count // of the levels tried, in their order
	Others   []int   // where it crosses elsewhere, about: it is not monotone
}
