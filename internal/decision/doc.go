// Package decision decides on the runs of a variant: whether they came out as
// expected, whether each gate held, how long a collapse lasts, and whether
// further runs could still change any of that. All of it is data.
//
// It rests on figures as a result has them, rounded to six decimals, so that
// whoever reads a result back decides the same.
//
// It is pure. It may import internal/experiment, verdict, history and field. It
// must never import an engine or a report.
package decision
