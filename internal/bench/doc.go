// Package bench measures the generator as a whole against a k6 script that
// does the same work, both against the same fake backend in the same run. It
// holds benchmarks only; `make bench` runs them. Figures are meant to be read
// as ratios to the peer, since machines differ and are shared.
package bench
