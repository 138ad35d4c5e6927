// Package capacity answers how far a parameter can go before a system no longer
// heals itself: the edge of one parameter, the map of two, and what demand a system
// stands with its trigger and without it.
//
// It turns the levels of its searches into plans and seeds, has a probe.Prober make
// the runs, and learns from their verdicts. It decides by counting; what is to be
// shown of that is the business of a report. The same declaration, settings and seed
// give the same answer, however many runs are made beside each other.
//
// It is pure. It may import internal/experiment, edge, probe, decision, verdict and
// field. It must never import an engine, a report or k6.
package capacity
