package reports

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// parsed turns a valid JSON text into values as the schema's library wants
// them. If thin, a list keeps only the lowest and the highest figure of each
// sort: nothing else counts for the schema, and the rest are most of a result.
func parsed(text []byte, thin bool) any {
	return (&parser{text: text, thin: thin}).value()
}

// parser walks over a valid JSON text. A token at a time, as encoding/json
// does it, takes longer than all else that reading does.
type parser struct {
	text []byte
	at   int
	thin bool
	// run takes each run of a result and its text, and leaves it out of what is
	// parsed: all of them together would take several times the memory of the
	// text. Nil leaves none out.
	run     func(variant, run int, v any, text []byte)
	path    []string // the names of the objects' fields on the way to where it is
	variant int      // the index of the variant that it is in
}

func (p *parser) value() any {
	switch p.next() {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.str()
	case 't':
		p.at += len("true")
		return true
	case 'f':
		p.at += len("false")
		return false
	case 'n':
		p.at += len("null")
		return nil
	}
	return p.number()
}

// next gives the first byte that is neither white space nor between two values.
func (p *parser) next() byte {
	for strings.IndexByte(" \t\r\n,:", p.text[p.at]) >= 0 {
		p.at++
	}
	return p.text[p.at]
}

func (p *parser) object() any {
	out := map[string]any{}
	for p.at++; p.next() != '}'; {
		name := p.str()
		p.path = append(p.path, name)
		out[name] = p.value()
		p.path = p.path[:len(p.path)-1]
	}
	p.at++
	return out
}

func (p *parser) array() any {
	out, runs := []any{}, p.inRuns()
	var ends extremes
	for i, next := 0, p.first(); next != ']'; i, next = i+1, p.next() {
		if len(p.path) == 1 {
			p.variant = i
		}
		from := p.at
		v := p.value()
		switch {
		case runs:
			p.run(p.variant, i, v, p.text[from:p.at])
		case !p.thin || !ends.take(v):
			out = append(out, v)
		}
	}
	p.at++
	return append(out, ends.figures()...)
}

// first gives the first byte within a list.
func (p *parser) first() byte {
	p.at++
	return p.next()
}

// inRuns says whether the list that begins here is the runs of a variant.
func (p *parser) inRuns() bool {
	return p.run != nil && len(p.path) == 2 && p.path[0] == "variants" && p.path[1] == "runs"
}

func (p *parser) str() string {
	end := stringEnd(p.text, p.at)
	quoted := p.text[p.at:end]
	p.at = end
	if plain := quoted[1 : len(quoted)-1]; bytes.IndexByte(plain, '\\') < 0 {
		return string(bytes.ToValidUTF8(plain, []byte("\uFFFD")))
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // it is valid
	return s
}

// number gives a figure as the library can compare it. One that is beyond all
// bounds stays the text that it is, which fits nowhere.
func (p *parser) number() any {
	from := p.at
	for p.at < len(p.text) && strings.IndexByte("+-.0123456789Ee", p.text[p.at]) >= 0 {
		p.at++
	}
	text := string(p.text[from:p.at])
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return n
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return x
	}
	return text
}

// extremes are the lowest and the highest figure of each sort in a list, and
// one null if there is any.
type extremes struct {
	whole    []int64
	fraction []float64
	unknown  bool
}

// take says whether v is a figure, which it then keeps in mind.
func (e *extremes) take(v any) bool {
	switch v := v.(type) {
	case nil:
		e.unknown = true
	case int64:
		e.whole = widened(e.whole, v)
	case float64:
		e.fraction = widened(e.fraction, v)
	default:
		return false
	}
	return true
}

func widened[T int64 | float64](ends []T, v T) []T {
	if len(ends) == 0 {
		return []T{v, v}
	}
	ends[0], ends[1] = min(ends[0], v), max(ends[1], v)
	return ends
}

func (e *extremes) figures() []any {
	var all []any
	for _, v := range e.whole {
		all = append(all, v)
	}
	for _, v := range e.fraction {
		all = append(all, v)
	}
	if e.unknown {
		all = append(all, nil)
	}
	return all
}
