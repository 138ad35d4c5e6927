// Package plan writes and shows the answer of `retrystorm plan`: how far a parameter
// can go before a system no longer heals itself, the map of two parameters, and what
// demand a system stands.
//
// Plan is what plan.json holds; its JSON Schema is plan.schema.json. From a Plan alone,
// fresh or read back, come the table for a terminal, the page and the CSV, and two of
// them are compared.
//
// It may import the standard library, tablewriter, internal/capacity and what lies
// below it, reports and the other packages of reports but render. It decides nothing
// about runs, and must never import an engine or k6.
package plan
