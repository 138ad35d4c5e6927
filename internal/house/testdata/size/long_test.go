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
