package caller

// due is what is due at a moment: the end of an attempt's wait, or the next try of a
// call. It may have come to nothing by then.
type due struct {
	number uint32 // of the attempt, or of the call
	turn   uint32 // of that number
	isCall bool
}
