package experiment

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Quantity is what a declared field counts or measures.
type Quantity uint8

// The quantities. Only those from Count to Limit are amounts, of which there can be a
// range.
const (
	Other  Quantity = iota // objects, lists, names
	Count                  // whole number
	Number                 // any number
	Share                  // 0.12 or '12%', of 1
	Time                   // '2s', in seconds
	Size                   // '16MiB', in bytes
	Limit                  // a whole number, or 'unbounded', which is +Inf
	Word                   // one of a few words
	Flag                   // true or false
)

var quantities = [...]string{
	Other: "an object, a list or a name", Count: "a whole number", Number: "a number", Share: "a share", Time: "a time",
	Size: "an amount of memory", Limit: "a limit", Word: "a word", Flag: "true or false",
}

// String names the quantity, such as "a time".
func (q Quantity) String() string { return quantities[q] }

// Amount says whether the quantity is a number with or without a unit.
func (q Quantity) Amount() bool { return Count <= q && q <= Limit }

// quantityOf gives the quantity of a field by its type, which is no pointer.
func quantityOf(t reflect.Type) Quantity {
	switch t {
	case durationType:
		return Time
	case reflect.TypeFor[field.Ratio]():
		return Share
	case reflect.TypeFor[field.Bytes]():
		return Size
	case reflect.TypeFor[field.Limit]():
		return Limit
	}
	switch {
	case stepsInto(t) != noStep:
		return Other
	case isWord(t):
		return Word
	case t.Kind() == reflect.Bool:
		return Flag
	case t.Kind() == reflect.Int:
		return Count
	case t.Kind() == reflect.Float64:
		return Number
	}
	return Other
}

// Parse reads an amount as one writes it in a script, without quotes: '2s' gives 2,
// '12%' gives 0.12, '16MiB' gives bytes. The error says what is right.
func (q Quantity) Parse(word string) (float64, error) {
	shape := text
	if plainNumber(word) {
		shape = number
	}
	return q.read(&node{shape: shape, literal: word})
}

// plainNumber says whether a word is a number without a unit.
func plainNumber(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil && strings.Trim(word, "+-0123456789.eE") == ""
}

// read gives the amount that a declared value stands for.
func (q Quantity) read(n *node) (float64, error) {
	switch q {
	case Time:
		d, err := duration(n)
		return d.Seconds(), err
	case Share:
		var r field.Ratio
		err := decodeValue(&r, n)
		return float64(r), err
	case Size:
		var b field.Bytes
		err := decodeValue(&b, n)
		return float64(b), err
	case Limit:
		var l field.Limit
		if err := decodeValue(&l, n); err != nil || l != field.Unbounded {
			return float64(l.Count()), err
		}
		return math.Inf(1), nil
	case Count, Number:
		return q.number(n)
	}
	return 0, fmt.Errorf("%s is no amount, for the field takes none", n.show())
}

// number reads what has no unit.
func (q Quantity) number(n *node) (float64, error) {
	right := "write a number such as 2.5"
	if q == Count {
		right = "write a whole number such as 100"
	}
	f, err := n.float()
	switch {
	case n.shape != number:
		return 0, fmt.Errorf("%s is no number; %s, without a unit", n.show(), right)
	case err != nil:
		return 0, err
	case q == Count && (f != math.Trunc(f) || math.Abs(f) > 1<<53):
		return 0, fmt.Errorf("%s is not a whole number below 2^53; %s", n.show(), right)
	}
	return f, nil
}

// decodeValue reads a node into a type that reads values by itself.
func decodeValue(dst valueDecoder, n *node) error {
	plain, err := n.plain()
	if err != nil {
		return err
	}
	return dst.DecodeValue(plain)
}

// JSON gives the shortest declaration of an amount: "1.4s", 0.12, 500, "16MiB". What is
// counted is rounded to a whole number, a time to a nanosecond. A quantity that is no
// amount, or an x that is no number, is a broken invariant: it panics.
func (q Quantity) JSON(x float64) json.RawMessage {
	if !q.Amount() || math.IsNaN(x) || math.IsInf(x, 0) && q != Limit {
		panic(fmt.Sprintf("experiment: %v is no amount of quantity %d", x, q))
	}
	switch q {
	case Time:
		return strconv.AppendQuote(nil, brief(span64(x)))
	case Size:
		return strconv.AppendQuote(nil, shortSize(x))
	case Limit:
		if math.IsInf(x, 1) {
			return json.RawMessage(`"unbounded"`)
		}
		return strconv.AppendFloat(nil, math.Round(x), 'f', -1, 64)
	case Count:
		return strconv.AppendFloat(nil, math.Round(x), 'f', -1, 64)
	}
	out, _ := json.Marshal(x) // which is finite
	return out
}

// span64 gives a time of so many seconds, the longest that there is where it is longer.
func span64(secs float64) time.Duration {
	ns := math.Round(secs * float64(time.Second))
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64 + 1 // which can be negated
	}
	return time.Duration(ns)
}
