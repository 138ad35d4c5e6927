package reports

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// parsed turns a valid JSON text into values as the schema's library wants
// them. If thin, a list keeps only the first figure of each sort: nothing else
// counts for the schema, and the rest are most of a result.
func parsed(text []byte, thin bool) any {
	return (&parser{text: text, thin: thin}).value()
}

// parser walks over a valid JSON text. A token at a time, as encoding/json
// does it, takes longer than all else that reading does.
type parser struct {
	text []byte
	at   int
	thin bool
}

func (p *parser) value() any {
	switch p.next() {
	case '{':
		return p.object()
	case '[':
		return p.list()
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
		out[name] = p.value()
	}
	p.at++
	return out
}

func (p *parser) list() any {
	out, seen := []any{}, [sorts]bool{}
	for p.at++; p.next() != ']'; {
		v := p.value()
		sort := sortOf(v)
		if !seen[sort] {
			out = append(out, v)
		}
		seen[sort] = p.thin && sort != noFigure
	}
	p.at++
	return out
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
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return x
	}
	return text
}

// The sorts of what stands in a list.
const (
	noFigure = iota
	unknownFigure
	whole
	fraction
	sorts
)

func sortOf(v any) int {
	switch v.(type) {
	case nil:
		return unknownFigure
	case int64:
		return whole
	case float64:
		return fraction
	}
	return noFigure
}
