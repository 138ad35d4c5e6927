// Package reports is the result of a run as data, and what makes it readable.
//
// A Result is built once, from histories and their verdicts; it is written as
// result.json (schema retrystorm.result/v1) and read back, and every renderer
// takes nothing but a Result, so that a report can be made again later. The
// same Result always gives the same bytes: no clock, no locale and no order of
// a map reaches the output.
//
// It may import the standard library, tablewriter, and internal/experiment,
// verdict, history, fault, retry and field. It must never import an engine,
// the harness, the fakes or k6.
package reports
