// Package markdown writes a result for a pull request or the summary of a job,
// in the Markdown that GitHub and GitLab share: CommonMark and its tables.
//
// All that comes from outside shows as text. A backslash before punctuation is
// enough for what a Markdown parser acts upon. It is not for what both sites
// look for in the rendered text, such as @name, #1, :tada: or an address: they
// take no backslash into account, but leave code alone. So a text that holds
// any such thing is written as code.
//
// A report stays below 1 MB, since GitHub shows no summary of more than 1 MiB:
// each section has a length of its own and says what it had to leave out.
//
// It may import the standard library, reports, reports/phrase and
// reports/summary. It takes nothing but a result.
package markdown
