// Package field holds what every declared value shares: the error that names
// a wrong field by its path, the name that a misspelt one was meant to be, and
// the few value types that the standard library does not have (limits, ratios,
// sizes of memory).
//
// It imports the standard library only. It knows no scenario, no terminal and
// no backend; those declare their own fields with these types.
package field
