package reports

import "bytes"

// layOut indents compact JSON by two spaces, but keeps what belongs together on
// one line: a series has one line, not one for each bucket.
func layOut(compact []byte) []byte {
	l := layouter{in: bytes.TrimSpace(compact)}
	for l.at < len(l.in) {
		l.next()
	}
	l.out.WriteByte('\n')
	return l.out.Bytes()
}

type layouter struct {
	in    []byte
	at    int
	depth int
	out   bytes.Buffer
}

func (l *layouter) next() {
	c := l.in[l.at]
	switch {
	case c == '"':
		l.copy(stringEnd(l.in, l.at))
	case c == '{' || c == '[':
		if end, ok := flatEnd(l.in, l.at); ok {
			l.copy(end)
			return
		}
		l.depth++
		l.copy(l.at + 1)
		l.newline()
	case c == '}' || c == ']':
		l.depth--
		l.newline()
		l.copy(l.at + 1)
	case c == ',':
		l.copy(l.at + 1)
		l.newline()
	case c == ':':
		l.copy(l.at + 1)
		l.out.WriteByte(' ')
	default:
		l.copy(l.at + 1)
	}
}

func (l *layouter) copy(end int) {
	l.out.Write(l.in[l.at:end])
	l.at = end
}

func (l *layouter) newline() {
	l.out.WriteByte('\n')
	for range l.depth {
		l.out.WriteString("  ")
	}
}

// flatEnd gives the end of the list or object at i if it stays on one line: a
// list of plain figures, an object in a list (a window, a phase, a fault) that
// holds no other, or an empty one.
func flatEnd(in []byte, i int) (end int, ok bool) {
	list := in[i] == '['
	if !list && in[i+1] != '}' && (i == 0 || in[i-1] == ':') {
		return 0, false
	}
	for end = i + 1; end < len(in); end++ {
		switch c := in[end]; {
		case c == ']' || c == '}':
			return end + 1, true
		case c == '[' || c == '{' || c == '"' && list:
			return 0, false
		case c == '"':
			end = stringEnd(in, end) - 1
		}
	}
	return 0, false
}

// stringEnd gives the index after the string that starts at i.
func stringEnd(in []byte, i int) int {
	for i++; in[i] != '"'; i++ {
		if in[i] == '\\' {
			i++
		}
	}
	return i + 1
}
