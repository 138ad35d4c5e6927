// Package table draws a result for a terminal.
//
// It may import the standard library, tablewriter, reports, reports/phrase and
// reports/summary. It takes nothing but a result and what the terminal can show.
package table
