package k6x

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// What is taken from a script at most; a real declaration has a few hundred
// values. Parts that it shares count as often as they are declared.
const (
	maxValues   = 100_000
	maxMembers  = 1000 // of one object
	maxProblems = 100
	maxReading  = 500 * time.Millisecond // in its getters
)

// declared gives the script's declaration as JSON text, in the order written. It
// stops at the first bound that the declaration passes, and gets nothing more of
// it: what a script declares may be without an end.
func (i *instance) declared(v sobek.Value) (string, error) {
	if common.IsNullish(v) {
		return "", errors.New("new Experiment() needs the declaration, an object with a name, a fleet, a backend and a horizon")
	}
	r := &reader{rt: i.vu.Runtime(), within: map[*sobek.Object]bool{}}
	r.path.Store(new(string))
	r.late = time.AfterFunc(maxReading, func() {
		var errs field.Errors
		errs.Add(cmp.Or(*r.path.Load(), "the declaration"), "is not there after %v; write a value, and no getter that takes its time", maxReading)
		i.refuse(errs.Err()) // which interrupts the getter
	})
	r.late.Stop()
	r.value("", v, 0)
	return r.text.String(), r.errs.Err()
}

// reader writes a declaration as JSON, and notes what JSON would silently leave
// out or turn into null, which in a variant would take a field away.
type reader struct {
	rt       *sobek.Runtime
	text     bytes.Buffer
	errs     field.Errors
	path     atomic.Pointer[string] // of what is being read
	values   int
	problems int
	late     *time.Timer            // runs while a property is read
	spent    time.Duration          // in reading them
	full     bool                   // a bound was passed, and nothing more is read
	within   map[*sobek.Object]bool // the objects around what is being read
}

func (r *reader) fail(path, format string, args ...any) {
	r.errs.Add(path, format, args...)
	r.problems++
	r.full = r.full || r.problems == maxProblems
}

// stop notes that a bound is passed.
func (r *reader) stop(path, format string, args ...any) {
	r.fail(path, format, args...)
	r.full = true
}

func (r *reader) value(path string, v sobek.Value, depth int) {
	r.values++
	switch {
	case r.full:
		return
	case r.values > maxValues:
		r.stop(path, "is the declaration's value number %d; at most %d are read", r.values, maxValues)
		return
	case r.text.Len() > experiment.MaxBytes:
		r.stop(path, "stands beyond the first %d bytes of the declaration; at most that many are read", experiment.MaxBytes)
		return
	}
	switch v := v.(type) {
	case *sobek.Object:
		r.object(path, v, depth)
	case sobek.String:
		r.string(path, v)
	case *sobek.Symbol:
		r.fail(path, "is a symbol; write a value")
	default:
		r.primitive(path, v)
	}
}

// string writes a string; its length is known without a copy of it.
func (r *reader) string(path string, s sobek.String) {
	if s.Length() > experiment.MaxBytes {
		r.stop(path, "is a string of %d characters; at most %d are read of the whole declaration", s.Length(), experiment.MaxBytes)
		return
	}
	r.quote(s.String())
}

func (r *reader) quote(s string) {
	e := json.NewEncoder(&r.text)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // of a string, into memory
	r.text.Truncate(r.text.Len() - len("\n"))
}

func (r *reader) primitive(path string, v sobek.Value) {
	switch x := v.Export().(type) {
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			r.fail(path, "%v is not a number to run with; check how the script computes it", x)
		}
	case *big.Int:
		r.fail(path, "is a BigInt; write a number, such as 10")
	}
	if common.IsNullish(v) {
		r.text.WriteString("null")
		return
	}
	r.text.WriteString(v.String())
}

// object writes a list or an object, if it is nothing else.
func (r *reader) object(path string, o *sobek.Object, depth int) {
	_, callable := sobek.AssertFunction(o)
	switch {
	case isProxy(o):
		r.fail(path, "is a Proxy; write a plain value")
	case callable:
		r.fail(path, "is a function; write a value")
	case o.ClassName() != "Array" && !isPlain(o):
		r.fail(path, "is a %s; write a plain value", r.kind(o))
	case r.within[o]:
		r.fail(path, "is circular: it is a part of itself; write its values")
	case depth == experiment.MaxDepth:
		r.stop(path, "is nested deeper than %d levels", experiment.MaxDepth)
	default:
		r.within[o] = true
		if o.ClassName() == "Array" {
			r.list(path, o, depth)
		} else {
			r.members(path, o, depth)
		}
		delete(r.within, o)
	}
}

func (r *reader) list(path string, o *sobek.Object, depth int) {
	n := r.property(path, o, "length").ToInteger()
	if n > experiment.MaxList {
		r.fail(path, "has %d elements; at most %d are supported", n, experiment.MaxList)
		return
	}
	r.text.WriteByte('[')
	for k := int64(0); k < n && !r.full; k++ {
		if k > 0 {
			r.text.WriteByte(',')
		}
		here := field.At(path, int(k))
		r.value(here, r.property(here, o, strconv.FormatInt(k, 10)), depth+1)
	}
	r.text.WriteByte(']')
}

func (r *reader) members(path string, o *sobek.Object, depth int) {
	r.text.WriteByte('{')
	separator := ""
	names := o.Keys()
	if len(names) > maxMembers {
		r.stop(path, "has %d members; at most %d are read", len(names), maxMembers)
	}
	for _, name := range names {
		if r.full {
			break
		}
		here := experiment.MemberPath(path, name)
		if len(name) > experiment.MaxBytes {
			r.stop(here, "has a name of %d bytes; at most %d are read of the whole declaration", len(name), experiment.MaxBytes)
			break
		}
		v := r.property(here, o, name)
		if sobek.IsUndefined(v) {
			continue
		}
		r.text.WriteString(separator)
		r.quote(name)
		r.text.WriteByte(':')
		r.value(here, v, depth+1)
		separator = ","
	}
	r.text.WriteByte('}')
}

// property gives what an object has under a name; it may be a getter.
func (r *reader) property(path string, o *sobek.Object, name string) sobek.Value {
	v := sobek.Undefined()
	r.path.Store(&path)
	begun := time.Now()
	r.late.Reset(maxReading - r.spent)
	defer func() {
		r.late.Stop()
		r.spent += time.Since(begun)
	}()
	if thrown := r.rt.Try(func() { v = o.Get(name) }); thrown != nil {
		said := "nothing"
		_ = r.rt.Try(func() { said = thrown.Value().String() }) // what is thrown may be an object with a toString of its own
		r.fail(path, "cannot be read; it throws %s", field.Show(said))
		return sobek.Undefined()
	}
	if v == nil {
		return sobek.Undefined() // a hole in a list
	}
	return v
}

// isPlain says whether an object has nothing but its members, as the elements of a
// Map are not.
func isPlain(o *sobek.Object) bool {
	return o.ClassName() == "Object" && o.ExportType() == reflect.TypeFor[map[string]any]()
}

// kind names what is no plain object.
func (r *reader) kind(o *sobek.Object) string {
	name := o.ClassName()
	_ = r.rt.Try(func() { // without a tag the class has to do
		if tag, ok := o.GetSymbol(sobek.SymToStringTag).(sobek.String); ok && tag.Length() <= 64 {
			name = tag.String()
		}
	})
	return name
}

// isProxy says whether an object is a Proxy, whose parts are whatever its script
// makes up; nothing is asked of it to find out.
func isProxy(o *sobek.Object) bool {
	return o.ExportType() == reflect.TypeFor[sobek.Proxy]()
}
