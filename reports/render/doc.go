// Package render knows the formats by their names and writes all of them into
// one directory.
//
// It may import the standard library, reports and the formats below it.
package render
