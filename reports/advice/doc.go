// Package advice writes and shows the answer of `retrystorm advise`: the smallest
// changes after which a system comes back, with what each of them costs, or how far a
// system that comes back already is from not doing so.
//
// Advice is what advice.json holds; its JSON Schema is advice.schema.json. From an
// Advice alone, fresh or read back, comes the table for a terminal.
//
// It may import the standard library, internal/advice and what lies below it, reports
// and the other packages of reports but render. It decides nothing about runs, and must
// never import an engine or k6.
package advice
