package terminal

import "iter"

// Numbered gives the terminals of a fleet, from 0 on in the order of its cohorts: each
// one's number and the index of its cohort.
func Numbered(fleet []Config) iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		next := uint32(0)
		for c := range fleet {
			for range fleet[c].Terminals {
				if !yield(next, c) {
					return
				}
				next++
			}
		}
	}
}

// TenantOf gives the tenant whose terminal has that number: each terminal is one.
func TenantOf(number uint32) uint32 { return number }
