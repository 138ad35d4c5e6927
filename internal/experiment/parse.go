package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Bounds on what is read at all; a real declaration has a few kilobytes and
// seven levels.
const (
	MaxBytes = 1 << 20 // of the whole text
	MaxDepth = 32      // levels
	MaxList  = 100     // elements of any list: cohorts, triggers, causes

	maxProblems = 1000
)

// parser reads JSON into nodes. Names that are declared twice do not stop it;
// the first declaration stands.
type parser struct {
	tokens  *json.Decoder
	doubled field.List
}

// parse reads one JSON text. The list has the names that are declared twice;
// the error is for a text that cannot be read to its end.
func parse(data []byte) (*node, field.List, error) {
	if len(data) > MaxBytes {
		return nil, nil, fmt.Errorf("is %d bytes long; at most %d are read", len(data), MaxBytes)
	}
	if i := firstInvalid(data); i >= 0 {
		return nil, nil, fmt.Errorf("is not UTF-8 at byte %d", i)
	}
	p := &parser{tokens: json.NewDecoder(bytes.NewReader(data))}
	p.tokens.UseNumber()
	root, err := p.value("", 0)
	if err != nil {
		return nil, nil, p.syntax(err)
	}
	if _, err := p.tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("has something after its end, at byte %d", p.tokens.InputOffset())
	}
	return root, p.doubled, nil
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// syntax words an error of the JSON reader; a field's error stays as it is.
func (p *parser) syntax(err error) error {
	var wrong *field.Error
	if errors.As(err, &wrong) {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("is not JSON at byte %d: %w", p.tokens.InputOffset(), err)
}

func (p *parser) value(path string, depth int) (*node, error) {
	token, err := p.tokens.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case bool:
		return &node{shape: boolean, literal: strconv.FormatBool(v)}, nil
	case json.Number:
		return &node{shape: number, literal: v.String()}, nil
	case string:
		return &node{shape: text, literal: v}, nil
	case json.Delim:
		if depth == MaxDepth {
			return nil, &field.Error{Path: path, Problem: fmt.Sprintf("is nested deeper than %d levels", MaxDepth)}
		}
		if v == '[' {
			return p.list(path, depth)
		}
		return p.object(path, depth)
	}
	return &node{shape: null}, nil
}

func (p *parser) list(path string, depth int) (*node, error) {
	n := &node{shape: list}
	for p.tokens.More() {
		item, err := p.value(field.At(path, len(n.items)), depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	_, err := p.tokens.Token()
	return n, err
}

func (p *parser) object(path string, depth int) (*node, error) {
	n := &node{shape: object}
	seen := map[string]bool{}
	for p.tokens.More() {
		token, err := p.tokens.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		here := at(path, name)
		value, err := p.value(here, depth+1)
		if err != nil {
			return nil, err
		}
		if !seen[name] {
			n.members = append(n.members, member{name, value})
		} else if len(p.doubled) < maxProblems {
			p.doubled = append(p.doubled, &field.Error{Path: here, Problem: "is declared twice; leave one out"})
		}
		seen[name] = true
	}
	_, err := p.tokens.Token()
	return n, err
}
