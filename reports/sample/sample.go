package sample

import (
	"bytes"
	_ "embed" // for the result
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

//go:embed friday.json
var friday []byte

// Friday is the Kounta Friday as simulated with seed 1: one variant that
// collapsed as it was to, and one that recovered. Each call gives a new one.
func Friday() *reports.Result {
	return copyOf(reflect.ValueOf(shared())).Interface().(*reports.Result)
}

// shared is a Friday that nobody may change: reading one takes a while.
var shared = sync.OnceValue(func() *reports.Result {
	r, err := reports.Read(bytes.NewReader(friday))
	if err != nil {
		panic(fmt.Sprintf("sample: friday.json: %v", err))
	}
	return r
})

// copyOf gives a value that shares nothing that can be changed with another.
func copyOf(v reflect.Value) reflect.Value {
	other := reflect.New(v.Type()).Elem()
	other.Set(v) // what is not exported, too: of times it is never changed
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := other.Field(i); f.CanSet() {
				f.Set(copyOf(v.Field(i)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			other.Set(reflect.New(v.Type().Elem()))
			other.Elem().Set(copyOf(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			other.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			reflect.Copy(other, v)
			switch v.Type().Elem().Kind() {
			case reflect.Struct, reflect.Pointer, reflect.Slice, reflect.Map:
				for i := range v.Len() {
					other.Index(i).Set(copyOf(v.Index(i)))
				}
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			other.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for key, value := range v.Seq2() {
				other.SetMapIndex(key, copyOf(value))
			}
		}
	}
	return other
}

// Of is a variant whose runs came out so, with seeds from 0: each run is one of
// Friday's with another verdict, and says why in one word. Their series are those
// of all such variants: put others in their place rather than change them.
func Of(name string, expect experiment.Expect, kinds ...verdict.Kind) reports.Variant {
	both := shared().Variants
	var runs []reports.Run
	for i, k := range kinds {
		run := both[0].Runs[0]
		if k.Passes() {
			run = both[1].Runs[0]
		}
		run.Seed, run.Verdict.Kind, run.Verdict.Reason = uint64(i), k, "because "+k.String()
		if k != verdict.Recovered {
			run.Verdict.TimeToRecoverS = nil
		}
		runs = append(runs, run)
	}
	return Variant(name, expect, experiment.Gate{}, runs)
}

// Variant is a variant of these runs, with what is decided on them.
func Variant(name string, expect experiment.Expect, gate experiment.Gate, runs []reports.Run) reports.Variant {
	figures := make([]decision.Run, len(runs))
	for i := range runs {
		figures[i] = runs[i].Figures()
	}
	return reports.NewVariant(name, decision.Decide(expect, gate, figures), runs)
}

// Hostile are texts that would break a report which trusts what it shows:
// escape sequences, lines, markup, directions, bytes that are no text, nothing
// at all.
var Hostile = []string{
	"red \x1b[31malert\x1b[0m and \x1b]0;title\x07",
	"two\nlines\r\nand\ttab",
	strings.Repeat("endless", 100),
	"日本語の変種の名前はとても広い文字でできている",
	"right\u202eto left\u200b \xff\xfe",
	"",
	"│ ─ | <b>&amp;</b> %s %d",
	"</script><script>alert(1)</script><img src=x onerror=alert(1)>",
	"]]> <!-- ``` [link](javascript:alert(1)) @here #1 \x00",
	"=cmd|'/c calc'!A1",
}
