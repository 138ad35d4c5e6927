package experiment

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// valueDecoder is a type that reads a JSON value by itself.
type valueDecoder interface{ DecodeValue(v any) error }

// nodeDecoder is a type that reads a node by itself and reports to d.
type nodeDecoder interface {
	decodeNode(d *decoder, path string, n *node)
}

var durationType = reflect.TypeFor[time.Duration]()

// decoder reads nodes into structs by their json tags. It goes on after a wrong
// field, which is left zero, so that all of them are found.
type decoder struct {
	problems field.List
	// unknowable are paths about which no rule can say anything, because what
	// stands there could not be read; siblings are objects one of whose words
	// could not be, so that the fields beside it cannot be judged either.
	unknowable, siblings map[string]bool
}

func newDecoder() *decoder {
	return &decoder{unknowable: map[string]bool{}, siblings: map[string]bool{}}
}

func (d *decoder) fail(path string, format string, args ...any) {
	d.unknowable[path] = true
	if !d.full() {
		d.problems = append(d.problems, &field.Error{Path: path, Problem: fmt.Sprintf(format, args...)})
	}
}

// full says that so much is wrong that nobody reads more of it.
func (d *decoder) full() bool { return len(d.problems) >= maxProblems }

// value reads n into v, which must be addressable. An unsupported Go type is a
// broken invariant: it panics.
func (d *decoder) value(path string, n *node, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		if n.shape != null {
			v.Set(reflect.New(v.Type().Elem()))
			d.value(path, n, v.Elem())
		}
		return
	}
	if n.shape == null {
		d.fail(path, "null cannot stand here (NaN and Infinity become null in JSON); write %s, or leave it out", wanted(v.Type()))
		return
	}
	if !d.special(path, n, v) {
		d.byKind(path, n, v)
	}
}

// special reads the types that are more than their kind, and says if v is one.
func (d *decoder) special(path string, n *node, v reflect.Value) bool {
	switch dst := v.Addr().Interface().(type) {
	case nodeDecoder:
		dst.decodeNode(d, path, n)
	case valueDecoder:
		plain, err := n.plain()
		if err == nil {
			err = dst.DecodeValue(plain)
		}
		d.settle(path, v, err)
	case encoding.TextUnmarshaler:
		d.word(path, n, v, dst)
	case *time.Duration:
		span, err := duration(n)
		v.SetInt(int64(span))
		d.settle(path, v, err)
	default:
		return false
	}
	return true
}

// settle reports err and leaves the field zero, whatever was put there.
func (d *decoder) settle(path string, v reflect.Value, err error) {
	if err == nil {
		return
	}
	v.SetZero()
	d.unknowable[path] = true
	one := &field.Error{Problem: err.Error()}
	errors.As(err, &one)
	d.fail(field.Join(path, one.Path), "%s", one.Problem)
}

// word reads an enumeration. What other fields may be often hangs on it, so
// none beside a wrong word is judged.
func (d *decoder) word(path string, n *node, v reflect.Value, dst encoding.TextUnmarshaler) {
	err := dst.UnmarshalText([]byte(n.literal))
	if n.shape != text {
		_, choice, _ := strings.Cut(fmt.Sprint(dst.UnmarshalText(nil)), "; ")
		err = fmt.Errorf("%s is not a string; %s", n.show(), choice)
	}
	if err != nil {
		d.siblings[parent(path)] = true
		if strings.HasSuffix(path, "]") {
			d.unknowable[parent(path)] = true // the list as a whole
		}
	}
	d.settle(path, v, err)
}

func (d *decoder) byKind(path string, n *node, v reflect.Value) {
	if got, ok := shapes[v.Kind()]; !ok {
		panic(fmt.Sprintf("experiment: %s: cannot decode a %s", path, v.Type()))
	} else if got != n.shape {
		d.fail(path, "%s cannot stand here; write %s", n.show(), wanted(v.Type()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(path, n, v)
	case reflect.Slice:
		d.list(path, n, v)
	case reflect.String:
		v.SetString(n.literal)
	case reflect.Bool:
		v.SetBool(n.literal == "true")
	case reflect.Int:
		d.whole(path, n, v)
	default:
		f, err := n.float()
		v.SetFloat(f)
		d.settle(path, v, err)
	}
}

var shapes = map[reflect.Kind]shape{
	reflect.Struct: object, reflect.Slice: list, reflect.String: text,
	reflect.Bool: boolean, reflect.Int: number, reflect.Float64: number,
}

// whole reads a whole number that float64 holds exactly, as JavaScript does.
func (d *decoder) whole(path string, n *node, v reflect.Value) {
	f, err := n.float()
	switch {
	case err != nil:
	case f != math.Trunc(f):
		err = fmt.Errorf("%s is not a whole number", n.show())
	case math.Abs(f) > 1<<53:
		err = fmt.Errorf("%s is too large; write a whole number below 2^53", n.show())
	default:
		v.SetInt(int64(f))
	}
	d.settle(path, v, err)
}

func (d *decoder) list(path string, n *node, v reflect.Value) {
	if len(n.items) > MaxList {
		d.fail(path, "has %d elements; at most %d are supported", len(n.items), MaxList)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(field.At(path, i), item, v.Index(i))
	}
}

// isWord says whether a type is an enumeration.
func isWord(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// wanted says in words what a field of this type takes.
func wanted(t reflect.Type) string {
	switch {
	case t == durationType:
		return "a time such as '2s'"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[nodeDecoder]()):
		return "an object, { … }"
	case isWord(t):
		return "a word in quotes"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[valueDecoder]()):
		return "a value"
	}
	switch t.Kind() {
	case reflect.Struct:
		return "an object, { … }"
	case reflect.Slice:
		return "a list, [ … ]"
	case reflect.String:
		return "a string in quotes"
	case reflect.Bool:
		return "true or false, without quotes"
	case reflect.Int:
		return "a whole number such as 100, without quotes"
	}
	return "a number such as 2.5, without quotes"
}
