// Package summary says the same of a result in every format: its title, the
// rows of the table that has the variants side by side, why each variant came
// out as it did, and the answer to the gate.
//
// It may import the standard library, reports, reports/phrase and
// internal/verdict. It knows no format; those import it.
package summary
