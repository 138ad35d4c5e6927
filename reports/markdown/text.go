package markdown

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// How much of a text is shown, in characters. Widths do not bound memory: marks
// that combine with a letter take none.
const (
	shortText = 200
	longText  = 1200
)

// short writes a text of outside for a heading or a cell.
func short(s string) string { return text(s, shortText) }

// long writes a text of outside for a paragraph.
func long(s string) string { return text(s, longText) }

// text makes sure that a text shows as it is, on one line.
func text(s string, most int) string {
	s = cut(phrase.Plain(s), most)
	if live(s) {
		return code(s)
	}
	return escaper.Replace(s)
}

// cut shortens a text to a number of characters and shows that it did.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == most {
			return s[:i] + "…"
		}
	}
	return s
}

// escaper keeps a parser from acting upon what is not live.
var escaper = strings.NewReplacer(
	`\`, `\\`, `*`, `\*`, `_`, `\_`, `<`, `\<`, `>`, `\>`, `|`, `\|`,
)

// What GitHub or GitLab act upon in rendered text, or in a way of their own.
var (
	liveCharacters = "@#[`$~"
	livePatterns   = regexp.MustCompile(strings.Join([]string{
		`://`, `(?i:www\.)`, // addresses
		`:[A-Za-z_+-][\w+-]*:`, `:100:`, `:1234:`, // pictures
		`[A-Z][A-Z0-9_]+-\d`,   // tickets
		`!\d`, `%[\w"]`, `&\w`, // merge requests, milestones, epics and entities
		`\{[+-]`, // differences
	}, "|"))
	hashes = regexp.MustCompile(`[0-9a-fA-F]{7,}`)
)

// live says whether a text holds what either site makes something else of.
func live(s string) bool {
	if strings.ContainsAny(s, liveCharacters) || livePatterns.MatchString(s) {
		return true
	}
	for _, h := range hashes.FindAllString(s, -1) {
		if strings.ContainsAny(h, "abcdefABCDEF") && strings.ContainsAny(h, "0123456789") {
			return true // it may name a commit
		}
	}
	return false
}

// code writes a text as code, but for its bars: in a table, a bar ends even
// code, and what escapes it would show elsewhere.
func code(s string) string {
	parts := strings.Split(s, "|")
	for i, p := range parts {
		if p != "" {
			parts[i] = span(p)
		}
	}
	return strings.Join(parts, `\|`)
}

// span puts as many backticks around a text as it takes, and spaces where a
// parser would drop one or take a backtick for its own.
func span(s string) string {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	spaced := strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") && strings.TrimSpace(s) != ""
	if spaced || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}
