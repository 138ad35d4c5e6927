package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/grafana/sobek/ast"
	"github.com/grafana/sobek/file"
	"github.com/grafana/sobek/parser"
)

// ErrNoPlace says that a script has no place where a variant can be written.
var ErrNoPlace = errors.New("has no place to write a variant in: it does not make exactly one `new Experiment(…)` for a name at its top level")

// Extended gives a script with one more variant, a merge patch in JSON. Where the
// variants are written out it stands behind the others; where they are computed, or
// there are none, the declaration is extended as it is handed over. What is declared
// without variants remains as one of them.
//
// The script is read, not run: whether it declares the variant then is for the caller to
// find out. The error is ErrNoPlace, or says why it is no JavaScript.
func Extended(script []byte, name string, patch json.RawMessage) ([]byte, error) {
	program, err := read(script)
	if err != nil {
		return nil, fmt.Errorf("cannot be read as JavaScript: %w", err)
	}
	s := topLevel(program)
	var made []*ast.NewExpression
	for _, value := range s.values {
		if one, ok := value.(*ast.NewExpression); ok && isExperiment(one) {
			made = append(made, one)
		}
	}
	if len(made) != 1 {
		return nil, ErrNoPlace
	}
	v := written{script: script, name: name, patch: patch}
	variants := s.members(made[0].ArgumentList[0]).value("variants")
	if list, ok := s.resolve(variants).(*ast.ObjectLiteral); ok {
		return v.behind(at(list.RightBrace))
	}
	return v.around(at(made[0].LeftParenthesis)+1, at(made[0].RightParenthesis))
}

func read(script []byte) (*ast.Program, error) {
	return parser.ParseFile(nil, "", script, 0, parser.IsModule, parser.WithDisableSourceMaps)
}

// at is the offset that a position in the only file stands for.
func at(position file.Idx) int { return int(position) - 1 }

// written is a variant to be written into a script.
type written struct {
	script []byte
	name   string
	patch  json.RawMessage
}

// behind writes the variant before the closing brace of the others. Whether the last of
// them has a comma behind it already shows in which of the two can be read.
func (v written) behind(brace int) ([]byte, error) {
	if brace >= len(v.script) || v.script[brace] != '}' {
		return nil, ErrNoPlace
	}
	line := bytes.LastIndexByte(v.script[:brace], '\n') + 1
	indent := string(v.script[line:brace])
	before, after := " ", " "
	if strings.TrimLeft(indent, " \t") == "" {
		// The brace has a line of its own.
		before, after = "  ", "\n"+indent
	} else {
		indent = indent[:len(indent)-len(strings.TrimLeft(indent, " \t"))]
		if v.script[brace-1] == ' ' {
			before = ""
		}
	}
	for _, comma := range []string{"", ", "} {
		text := before + comma + v.member(indent+"  ") + "," + after
		out := bytes.Join([][]byte{v.script[:brace], []byte(text), v.script[brace:]}, nil)
		if _, err := read(out); err == nil {
			return out, nil
		}
	}
	return nil, ErrNoPlace
}

// around has what is handed over, from one offset to another, extended.
func (v written) around(from, to int) ([]byte, error) {
	if from > to || to >= len(v.script) || v.script[from-1] != '(' || v.script[to] != ')' {
		return nil, ErrNoPlace
	}
	head := "((declared) => ({\n" +
		"  ...declared,\n" +
		"  variants: {\n" +
		"    ...(declared.variants ?? { 'as declared': {} }),\n" +
		"    " + v.member("    ") + ",\n" +
		"  },\n" +
		"}))("
	out := bytes.Join([][]byte{v.script[:from], []byte(head), v.script[from:to], []byte(")"), v.script[to:]}, nil)
	if _, err := read(out); err != nil {
		return nil, ErrNoPlace
	}
	return out, nil
}

// member is the variant as JavaScript, all but its first line indented.
func (v written) member(indent string) string {
	var b bytes.Buffer
	name, _ := json.Marshal(v.name) // of a string
	b.Write(name)
	b.WriteString(": ")
	if err := json.Indent(&b, v.patch, indent, "  "); err != nil {
		b.Write(v.patch)
	}
	return b.String()
}
