package phrase

// Yes says that something is as it should be, or, to be noticed, that it is not.
func Yes(is bool) string {
	if is {
		return "yes"
	}
	return "NO"
}

// Gone says whether a fault was removed: one that is endless was not to be.
func Gone(removed, endless bool) string {
	if endless && !removed {
		return "not meant to be"
	}
	return Yes(removed)
}
