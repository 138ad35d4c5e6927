package scenarios

import "github.com/grafana/sobek/ast"

// member is what an object has under a name.
type member struct {
	name  string
	value ast.Expression
}

type members []member

// value gives the last value of that name, as JavaScript does, or nil.
func (ms members) value(name string) ast.Expression {
	var found ast.Expression
	for _, m := range ms {
		if m.name == name {
			found = m.value
		}
	}
	return found
}

// members gives what an object holds whose names are written out; nothing if e
// is no object.
func (s *scope) members(e ast.Expression) members {
	object, ok := s.resolve(e).(*ast.ObjectLiteral)
	if !ok {
		return nil
	}
	var out members
	for _, p := range object.Value {
		switch p := p.(type) {
		case *ast.PropertyShort:
			out = append(out, member{p.Name.Name.String(), &p.Name})
		case *ast.PropertyKeyed:
			if key, ok := p.Key.(*ast.StringLiteral); ok && p.Kind == ast.PropertyKindValue && !p.Computed {
				out = append(out, member{key.Value.String(), p.Value})
			}
		}
	}
	return out
}

// resolve follows names to what they stand for at the top level.
func (s *scope) resolve(e ast.Expression) ast.Expression {
	const most = 10 // names that stand for names; two may stand for each other
	for range most {
		name, ok := e.(*ast.Identifier)
		if !ok {
			break
		}
		e = s.named[name.Name.String()]
	}
	return e
}
