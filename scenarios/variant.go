package scenarios

import (
	"strings"

	"github.com/grafana/sobek/ast"
)

// Variant is what a script says of one of its variants.
type Variant struct {
	Name   string
	Expect string // the verdict expected, such as "collapsed"; empty if it is not written there
}

// Variants gives the variants of the experiments in a script, as far as they
// are written out in it: the script is read, not run, so that looking at a file
// can do nothing. A script that computes its variants, or that is no
// JavaScript, has none.
func Variants(script []byte) []Variant {
	program, err := read(script)
	if err != nil {
		return nil
	}
	s := topLevel(program)
	var all []Variant
	for _, value := range s.values {
		if made, ok := value.(*ast.NewExpression); ok && isExperiment(made) {
			all = append(all, s.variants(made.ArgumentList[0])...)
		}
	}
	return all
}

// scope is what a script declares at its top level.
type scope struct {
	values []ast.Expression // in order
	named  map[string]ast.Expression
}

func topLevel(program *ast.Program) scope {
	s := scope{named: map[string]ast.Expression{}}
	for _, statement := range program.Body {
		if export, ok := statement.(*ast.ExportDeclaration); ok && export.LexicalDeclaration != nil {
			statement = export.LexicalDeclaration
		}
		switch declared := statement.(type) {
		case *ast.LexicalDeclaration:
			s.bind(declared.List)
		case *ast.VariableStatement:
			s.bind(declared.List)
		}
	}
	return s
}

func (s *scope) bind(list []*ast.Binding) {
	for _, b := range list {
		if name, ok := b.Target.(*ast.Identifier); ok {
			s.named[name.Name.String()] = b.Initializer
		}
		s.values = append(s.values, b.Initializer)
	}
}

func isExperiment(made *ast.NewExpression) bool {
	callee, ok := made.Callee.(*ast.Identifier)
	return ok && callee.Name == "Experiment" && len(made.ArgumentList) > 0
}

// variants gives those of one declaration. One without an expectation of its
// own has that of the declaration.
func (s *scope) variants(declaration ast.Expression) []Variant {
	all := s.members(declaration)
	var out []Variant
	for _, v := range s.members(all.value("variants")) {
		own := s.members(v.value).value("expect")
		if own == nil {
			own = all.value("expect")
		}
		out = append(out, Variant{Name: v.name, Expect: s.expect(own)})
	}
	return out
}

// expect words an expectation: a verdict, several of which one must come out,
// or verdicts with bounds on their probability.
func (s *scope) expect(e ast.Expression) string {
	var kinds []string
	switch e := s.resolve(e).(type) {
	case *ast.StringLiteral:
		return e.Value.String()
	case *ast.ArrayLiteral:
		for _, item := range e.Value {
			kinds = append(kinds, s.expect(item))
		}
	case *ast.ObjectLiteral:
		for _, m := range s.members(e) {
			kinds = append(kinds, m.name)
		}
	}
	return strings.Join(kinds, " or ")
}
