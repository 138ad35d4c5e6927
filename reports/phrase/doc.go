// Package phrase words figures and texts for people: counts, rates, shares and
// times in the units a person would use, and texts from outside so that they
// are harmless to a terminal and fit its width.
//
// It imports the standard library and tablewriter's measure of widths, and
// knows nothing of a result.
package phrase
