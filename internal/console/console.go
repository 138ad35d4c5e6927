package console

import (
	"os"
	"strings"

	"golang.org/x/term"
)

// Console is what can be shown. The zero value is no terminal: a file or a pipe.
type Console struct {
	Terminal bool
	Width    int  // in columns; 0 where it is not known
	Colour   bool // colours can be shown and are wanted
	Blocks   bool // the block elements, U+2580 to U+259F, can be shown
}

// Of looks at a file and at the environment: colours go only to a terminal, and
// not where NO_COLOR (https://no-color.org) or k6's own K6_NO_COLOR is set or
// the terminal is a dumb one; blocks need UTF-8 and more than the font of the
// Linux console.
func Of(f *os.File, env func(string) string) Console {
	if f == nil || !term.IsTerminal(int(f.Fd())) {
		return Console{}
	}
	c := Console{Terminal: true}
	c.Width, _, _ = term.GetSize(int(f.Fd())) // 0 where it cannot be told
	kind := env("TERM")
	c.Colour = kind != "dumb" && env("NO_COLOR") == "" && env("K6_NO_COLOR") == ""
	c.Blocks = kind != "dumb" && kind != "linux" && isUTF8(env)
	return c
}

// isUTF8 looks at the locale as POSIX does: the first of the three that is set
// says what characters are made of.
func isUTF8(env func(string) string) bool {
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(key); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return false
}
