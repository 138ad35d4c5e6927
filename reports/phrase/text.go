package phrase

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// mostRunes bounds what is looked at of a text from outside.
const mostRunes = 2000

// Plain makes a text from outside harmless to a terminal: white space becomes
// one space, and what does not print (control characters, escape sequences,
// marks that turn the direction of writing) is spelt out, such as \x1b.
func Plain(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "�") {
		if n++; n > mostRunes {
			b.WriteRune('…')
			break
		}
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Name is the plain text of a name, with something to see where it is empty,
// Cut to a length that leaves room for what it names.
func Name(s string) string {
	const longest = 60
	s = Cut(Plain(s), longest)
	if s == "" {
		return "(no name)"
	}
	return s
}

// Lines keeps a text of several lines as it is, but for what would not show, or would
// change how the rest does.
func Lines(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return '�'
	}, s)
}

// Quoted writes a text as one word of a shell, if it can be shown as it is.
func Quoted(s string) (word string, ok bool) {
	const longest = 600
	if s == "" || s != Plain(s) || len(s) > longest {
		return "", false
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'", true
}

// Cut shortens a text to a number of columns and shows that it did.
func Cut(s string, width int) string {
	if twwidth.Width(s) <= width {
		return s
	}
	head, _ := split(s, width-1)
	return head + "…"
}

// split gives as much of a text as fits into a number of columns, though never
// less than a character, and the rest.
func split(s string, width int) (head, rest string) {
	for i, r := range s {
		end := i + len(string(r))
		if i > 0 && twwidth.Width(s[:end]) > width {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// Wrap breaks a text at spaces into lines of at most width columns; a word
// longer than a line is broken anywhere.
func Wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && twwidth.Width(line+" "+word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for twwidth.Width(word) > width {
			head, rest := split(word, width)
			if rest == "" {
				break
			}
			lines = append(lines, head)
			word = rest
		}
		line = word
	}
	return append(lines, line)
}

// Paragraph wraps a text into at most six lines, all but the first indented.
func Paragraph(s string, width int) string {
	const most, indent = 6, "  "
	lines := Wrap(s, width-len(indent))
	if len(lines) > most {
		lines[most-1] = Cut(lines[most-1]+" "+lines[most], width-len(indent))
		lines = lines[:most]
	}
	return strings.Join(lines, "\n"+indent) + "\n"
}
