// Package size is too long.
package size

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line

// line
// end
