package k6x

import (
	"errors"
	"math"
	"strconv"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/retrystorm/retrystorm/internal/field"
)

// declared gives the script's declaration as JSON text, in the order written.
func declared(rt *sobek.Runtime, v sobek.Value) (string, error) {
	if common.IsNullish(v) {
		return "", errors.New("new Experiment() needs the declaration, an object with a name, a fleet, a backend and a horizon")
	}
	stringify, ok := sobek.AssertFunction(rt.Get("JSON").ToObject(rt).Get("stringify"))
	if !ok {
		return "", errors.New("this script has taken JSON.stringify away, which retrystorm needs")
	}
	var lossy field.Errors
	paths := map[*sobek.Object]string{} // of what was met so far
	text, err := stringify(sobek.Undefined(), v, rt.ToValue(func(call sobek.FunctionCall) sobek.Value {
		value := call.Argument(1)
		path := pathIn(paths, call.This.ToObject(rt), call.Argument(0).String())
		if obj, ok := value.(*sobek.Object); ok {
			paths[obj] = path
		}
		expressible(&lossy, path, value)
		return value
	}))
	if err = errors.Join(lossy.Err(), err); err != nil {
		return "", err
	}
	return text.String(), nil
}

// pathIn gives the path of what holder has under key.
func pathIn(paths map[*sobek.Object]string, holder *sobek.Object, key string) string {
	path := paths[holder]
	switch index, err := strconv.Atoi(key); {
	case holder.ClassName() == "Array" && err == nil:
		return field.At(path, index)
	case path == "variants":
		return path + "[" + strconv.Quote(key) + "]"
	}
	return field.Join(path, key)
}

// expressible reports what JSON would silently leave out or turn into null,
// which in a variant would take a field away.
func expressible(errs *field.Errors, path string, v sobek.Value) {
	if _, ok := sobek.AssertFunction(v); ok {
		errs.Add(path, "is a function; write a value")
		return
	}
	if _, ok := v.(*sobek.Object); ok {
		return // its parts come next
	}
	if f, ok := v.Export().(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		errs.Add(path, "%v is not a number to run with; check how the script computes it", f)
	}
}
