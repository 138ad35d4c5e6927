package field

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// decoding is a declared value, what it means, and what is wrong with it.
type decoding struct {
	declared any
	want     float64
	problem  string
}

func check(t *testing.T, tests []decoding, decode func(v any) (float64, error)) {
	t.Helper()
	for _, tt := range tests {
		got, err := decode(tt.declared)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if problem != tt.problem || math.Abs(got-tt.want) > 1e-12*math.Abs(tt.want) {
			t.Errorf("%#v: %v, %q, want %v, %q", tt.declared, got, problem, tt.want, tt.problem)
		}
	}
}

func TestLimitsAreReadFromCountsAndWords(t *testing.T) {
	check(t, []decoding{
		{1.0, 1, ""},
		{1e9, 1e9, ""},
		{"unbounded", math.MaxInt32, ""},
		{0.0, float64(None), ""},
		{-1.0, 0, "-1 is not a count; write a whole number up to 1000000000, or 'unbounded'"},
		{2.5, 0, "2.5 is not a count; write a whole number up to 1000000000, or 'unbounded'"},
		{2e9, 0, "2e+09 is not a count; write a whole number up to 1000000000, or 'unbounded'"},
		{math.NaN(), 0, "NaN is not a count; write a whole number up to 1000000000, or 'unbounded'"},
		{math.Inf(1), 0, "+Inf is not a count; write a whole number up to 1000000000, or 'unbounded'"},
		{"5", 0, `"5" is not a count; write a whole number, or 'unbounded'`},
		{true, 0, "true is not a count; write a whole number, or 'unbounded'"},
		{nil, 0, "null is not a count; write a whole number, or 'unbounded'"},
	}, func(v any) (float64, error) {
		var l Limit
		err := l.DecodeValue(v)
		return float64(l), err
	})
}

func TestLimitsGoThroughJSONInTheWordsOfADeclaration(t *testing.T) {
	for l, want := range map[Limit]string{0: "null", None: "0", 1: "1", 20_000: "20000", Unbounded: `"unbounded"`} {
		text, err := json.Marshal(l)
		if err != nil || string(text) != want {
			t.Errorf("%d is written as %s, %v; want %s", l, text, err, want)
		}
		got := Limit(7)
		if err := json.Unmarshal(text, &got); err != nil || got != l {
			t.Errorf("%s is read as %d, %v; want %d", text, got, err, l)
		}
	}
	for _, text := range []string{`-1`, `1.5`, `"many"`, `{}`} {
		if err := json.Unmarshal([]byte(text), new(Limit)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
	for l, want := range map[Limit]int{0: 0, None: 0, 5: 5, Unbounded: math.MaxInt32} {
		if got := l.Count(); got != want {
			t.Errorf("%d counts as %d, want %d", l, got, want)
		}
	}
}

func TestRatiosAreReadFromNumbersAndPercentages(t *testing.T) {
	const right = " is not a share; write a number such as 0.25 or a string such as '25%'"
	check(t, []decoding{
		{0.25, 0.25, ""},
		{0.0, 0, ""},
		{"25%", 0.25, ""},
		{" 12.5 %", 0, `" 12.5 %"` + right},
		{"100%", 1, ""},
		{"25", 0, `"25"` + right},
		{"%", 0, `"%"` + right},
		{"NaN%", 0, `"NaN%"` + right},
		{"inf%", 0, `"inf%"` + right},
		{math.NaN(), 0, "NaN" + right},
		{math.Inf(-1), 0, "-Inf" + right},
		{[]any{0.1}, 0, "a list" + right},
		{map[string]any{"a": 1.0}, 0, "an object" + right},
	}, func(v any) (float64, error) {
		var r Ratio
		err := r.DecodeValue(v)
		return float64(r), err
	})
}

func TestBytesAreReadWithTheirUnits(t *testing.T) {
	const right = " is not a size; write a string with a unit, such as '256MiB'"
	check(t, []decoding{
		{"256MiB", 256 << 20, ""},
		{"1.5 GiB", 1.5 * (1 << 30), ""},
		{"10KB", 10_000, ""},
		{"7B", 7, ""},
		{"0B", 0, ""},
		{256.0, 0, "256" + right},
		{"256", 0, `"256"` + right},
		{"MiB", 0, `"MiB"` + right},
		{"-1MiB", 0, `"-1MiB"` + right},
		{"NaNMiB", 0, `"NaNMiB"` + right},
		{"infGB", 0, `"infGB"` + right},
		{"1e30GB", 0, `"1e30GB"` + right},
		{"0.5B", 0, `"0.5B"` + right},
		{"256mib", 0, `"256mib"` + right},
	}, func(v any) (float64, error) {
		var b Bytes
		err := b.DecodeValue(v)
		return float64(b), err
	})
}

func TestAWrongWordIsAnsweredWithTheRightOnes(t *testing.T) {
	type colour uint8
	words := []string{"red", "green"}
	c := colour(9)
	if err := Word(&c, []byte("green"), words); err != nil || c != 1 {
		t.Errorf("green is %d, %v", c, err)
	}
	err := Word(&c, []byte("blue"), words)
	if err == nil || err.Error() != `"blue" is not known; write one of 'red', 'green'` {
		t.Errorf("blue: %v", err)
	}
	if c != 1 {
		t.Errorf("a wrong word has changed the value to %d", c)
	}
}

func TestWhatIsShownIsShortWholeAndPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		shown := Show(strings.Repeat(s, 9))
		if !utf8.ValidString(shown) || len(shown) > 700 || shown[0] != '"' || shown[len(shown)-1] != '"' {
			t.Fatalf("shown as %s", shown)
		}
		if strings.ContainsAny(shown, "\n\x1b\x00") {
			t.Fatalf("control characters in %q", shown)
		}
	})
	if got, want := Show(strings.Repeat("é", 1000)), `"`+strings.Repeat("é", 30)+`…"`; got != want {
		t.Errorf("a long string is shown as %s, want %s", got, want)
	}
}
