// Package campaign makes many runs of the variants of a scenario on an engine,
// and says what they come to. It knows neither k6 nor a report.
//
// It decides which runs are made, in which order and how many beside each other,
// and stops once an answer is certain; internal/decision says when that is, and
// what the runs come to.
//
// The engines are here, too. Both see to it that the verdict of a run is sure:
// Virtual watches on past the horizon until longer watching would change nothing,
// and makes a collapsed run again without retries to find out what held it down;
// RealTime does the latter where that is asked for.
//
// It may import internal/sim, runner, live, harness, decision, verdict and
// what lies below.
package campaign
