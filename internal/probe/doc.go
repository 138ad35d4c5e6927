// Package probe is what passes between those who search for something among many
// plans and those who make the runs: trials one way, what of each run a search
// looks at the other way.
//
// It is data and one interface. It may import internal/experiment, verdict and
// history; it knows neither who searches nor what makes the runs.
package probe
