package field

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Unbounded is the Limit that nothing reaches, None the declared limit of 0.
const (
	Unbounded Limit = math.MaxInt32
	None      Limit = -1
)

// Limit is a count with an upper end: a whole number, or 'unbounded'. The zero
// Limit was not declared; a declared 0 is None, so that the two can be told
// apart. Which counts are allowed is for each field to say.
type Limit int

// Count gives the number that the limit stands for; 0 if it was not declared.
func (l Limit) Count() int { return max(int(l), 0) }

// DecodeValue reads a whole number or the word 'unbounded'.
func (l *Limit) DecodeValue(v any) error {
	switch v := v.(type) {
	case float64:
		if v != math.Trunc(v) || v < 0 || v > 1e9 {
			return fmt.Errorf("%v is not a count; write a whole number up to 1000000000, or 'unbounded'", v)
		}
		if *l = Limit(v); v == 0 {
			*l = None
		}
		return nil
	case string:
		if v == "unbounded" {
			*l = Unbounded
			return nil
		}
	}
	return fmt.Errorf("%s is not a count; write a whole number, or 'unbounded'", Show(v))
}

// MarshalJSON gives what UnmarshalJSON reads, in the words of a declaration;
// null stands for a limit that was not declared.
func (l Limit) MarshalJSON() ([]byte, error) {
	switch l {
	case 0:
		return []byte("null"), nil
	case Unbounded:
		return []byte(`"unbounded"`), nil
	}
	return strconv.AppendInt(nil, int64(l.Count()), 10), nil
}

// UnmarshalJSON reads a whole number, 'unbounded', or null for a limit that was
// not declared.
func (l *Limit) UnmarshalJSON(text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	if v == nil {
		*l = 0
		return nil
	}
	return l.DecodeValue(v)
}

// Ratio is a share, where 1 is the whole: 0.25 or '25%'.
type Ratio float64

// DecodeValue reads a number such as 0.25 or a string such as '25%'.
func (r *Ratio) DecodeValue(v any) error {
	switch v := v.(type) {
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			*r = Ratio(v)
			return nil
		}
	case string:
		num, ok := strings.CutSuffix(strings.TrimSpace(v), "%")
		if f, err := strconv.ParseFloat(num, 64); ok && err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			*r = Ratio(f / 100)
			return nil
		}
	}
	return fmt.Errorf("%s is not a share; write a number such as 0.25 or a string such as '25%%'", Show(v))
}

// Bytes is an amount of memory or storage.
type Bytes int64

var byteUnits = []struct {
	suffix string
	size   float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// DecodeValue reads a string with a unit, such as '256MiB'.
func (b *Bytes) DecodeValue(v any) error {
	if s, ok := v.(string); ok {
		for _, u := range byteUnits {
			num, found := strings.CutSuffix(strings.TrimSpace(s), u.suffix)
			if f, err := strconv.ParseFloat(strings.TrimSpace(num), 64); found && err == nil && whole(f*u.size) {
				*b = Bytes(f * u.size)
				return nil
			}
		}
	}
	return fmt.Errorf("%s is not a size; write a string with a unit, such as '256MiB'", Show(v))
}

// whole says whether f is an amount of bytes; what is less than one is none.
func whole(f float64) bool { return f == 0 || f >= 1 && f < 1<<60 }

// Show names a declared value for an error message: a string quoted and cut to
// a readable length, a number or a truth as it is, and what holds more by its
// kind alone.
func Show(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(cut(v))
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case nil:
		return "null"
	}
	return cut(fmt.Sprint(v))
}

// cut shortens s to what one reads in a message, never within a character.
func cut(s string) string {
	const most = 60
	for i := range s {
		if i >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// OneOf reads an enumerated word: the index of s in words.
func OneOf(s string, words []string) (int, error) {
	for i, w := range words {
		if s == w {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s is not known; write one of '%s'", Show(s), strings.Join(words, "', '"))
}

// Word sets an enumeration that starts at zero from its name, one of words. A
// wrong name leaves it as it is.
func Word[T ~uint8](dst *T, text []byte, words []string) error {
	i, err := OneOf(string(text), words)
	if err == nil {
		*dst = T(i)
	}
	return err
}
