// Package experiment is the declaration of a run: the fleet, the backend, the
// timeline and what is expected, decoded strictly and validated as a whole, so
// that a user learns of every wrong field at once, each by its path.
//
// It puts together what the domain packages declare; none of them imports it.
// It knows no engine, no JavaScript and no network.
package experiment
