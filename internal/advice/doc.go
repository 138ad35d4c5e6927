// Package advice finds the smallest change to a scenario after which it comes back
// from its trigger, or, of one that comes back already, how far it is from not doing
// so in each of its parameters.
//
// What can be changed are knobs: a client's, a server's or an operator's, each with
// strengths from the least departure from what is declared to the greatest. A search
// finds the least strength that suffices with runs of some seeds; a proof then counts
// runs of seeds that nothing has used. One change is tried first, then two, then
// three. What a change costs is measured without a trigger and under a mild one, by
// the same seeds with and without the change.
//
// The answer depends on the declaration, the seed and the bounds alone: which runs are
// made next follows from the answers of the runs before, never from how many are made
// beside each other.
//
// It may import internal/experiment, edge, probe, decision, verdict and what those
// stand on. It must not import what makes runs (campaign, sim, runner) or shows what
// they come to (reports), and knows neither a clock nor a file.
package advice
