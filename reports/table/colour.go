package table

import (
	"regexp"
	"strings"

	"github.com/fatih/color"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// The colours say what words say already: nobody has to tell them apart.
var (
	good = paint(color.FgGreen)
	bad  = paint(color.FgRed)
	odd  = paint(color.FgYellow)
)

// paint gives what colours a text whatever the library thinks of the terminal:
// whether to colour is the caller's decision.
func paint(attributes ...color.Attribute) func(...any) string {
	c := color.New(attributes...)
	c.EnableColor()
	return c.SprintFunc()
}

// PaintKinds colours every name of a verdict in a text, which gets no wider.
func PaintKinds(text string) string {
	return kinds.ReplaceAllStringFunc(text, func(word string) string { return colourOf(word)(word) })
}

var (
	kinds   = regexp.MustCompile(`\b(healthy|recovered|degraded|collapsed|overloaded|invalid)\b`)
	answers = regexp.MustCompile(`│ (yes|NO|NOT)\b`)
)

// coloured colours a finished text line by line: nothing in it gets wider. Only
// its last line is the answer, whatever the names above it say.
func coloured(text string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	last := len(lines) - 1
	for i, line := range lines[:last] {
		lines[i] = colouredRow(line)
	}
	lines[last] = colouredAnswer(lines[last])
	return strings.Join(lines, "") + "\n"
}

func colouredRow(line string) string {
	switch {
	case strings.HasPrefix(line, "│ verdict "):
		return PaintKinds(line)
	case strings.HasPrefix(line, "│ as expected "), strings.HasPrefix(line, "│ gate, "):
		return answers.ReplaceAllStringFunc(line, func(found string) string {
			word := strings.TrimPrefix(found, "│ ")
			if word == "yes" {
				return "│ " + good(word)
			}
			return "│ " + bad(word)
		})
	}
	return line
}

func colouredAnswer(line string) string {
	answer, rest, _ := strings.Cut(line, ":")
	switch answer {
	case reports.Passed.String():
		answer = good(answer)
	case reports.Failed.String():
		answer = bad(answer)
	default:
		answer = odd(answer)
	}
	return answer + ":" + rest
}

func colourOf(word string) func(...any) string {
	var k verdict.Kind
	switch err := k.UnmarshalText([]byte(word)); {
	case err != nil || k == verdict.Invalid:
		return odd
	case k.Passes():
		return good
	}
	return bad
}
