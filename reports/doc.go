// Package reports is the result of a run as data: built once, from histories
// and their verdicts, written as result.json (schema retrystorm.result/v1) and
// read back.
//
// The packages below it make a result readable. Each takes nothing but a
// Result, so that a report can be made again later, and the same Result always
// gives the same bytes: no clock, no locale and no order of a map reaches the
// output.
//
//	phrase    figures and texts, worded for people
//	summary   what every format says
//	table, page, markdown, junit   the formats
//	render    the formats by name, and all of them into one directory
//	compare   what changed between two results
//	sample    results for the tests of the others
//
// What is read is held to the JSON Schema beside it, and to itself: a figure
// that does not follow from the others was edited.
//
// It presents what internal/decision has decided. It decides neither whether a
// gate holds nor whether another run is made, and asks that package again only to
// check what it reads.
//
// It may import the standard library, a JSON Schema library and
// internal/decision, experiment, verdict, history, fault, retry and field. It must
// never import an engine, the harness, the fakes or k6.
package reports
