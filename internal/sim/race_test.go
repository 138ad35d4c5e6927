//go:build race

package sim

// underRace is how many times shorter long runs are under the race detector.
const underRace = 120
