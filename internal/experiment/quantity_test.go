package experiment

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAmountsAreReadAndWritten(t *testing.T) {
	tests := []struct {
		q          Quantity
		word       string
		want       float64
		json, text string
	}{
		{Time, "2s", 2, `"2s"`, "2s"}, {Time, "1400ms", 1.4, `"1.4s"`, "1.4s"}, {Time, "90s", 90, `"90s"`, "90s"}, {Time, "1h30m", 5400, `"1h30m"`, "1h30m"},
		{Time, "1.234567891s", 1.234567891, `"1.234567891s"`, "1.235s"}, {Time, "0s", 0, `"0s"`, "0s"},
		{Share, "12%", 0.12, `0.12`, "12%"}, {Share, "0.125", 0.125, `0.125`, "12.5%"}, {Share, "0.1234567", 0.1234567, `0.1234567`, "12.35%"},
		{Size, "16MiB", 16 << 20, `"16MiB"`, "16MiB"}, {Size, "1.5MiB", 1.5 * (1 << 20), `"1536KiB"`, "1536KiB"}, {Size, "10KB", 10000, `"10KB"`, "10KB"},
		{Size, "1234567B", 1234567, `"1234567B"`, "1.177MiB"}, {Size, "0B", 0, `"0B"`, "0B"},
		{Count, "500", 500, `500`, "500"}, {Count, "7420", 7420, `7420`, "7,420"}, {Count, "1e6", 1e6, `1000000`, "1,000,000"}, {Count, "-3", -3, `-3`, "-3"},
		{Limit, "500", 500, `500`, "500"}, {Limit, "unbounded", math.Inf(1), `"unbounded"`, "unbounded"}, {Limit, "0", 0, `0`, "0"},
		{Number, "2.5", 2.5, `2.5`, "2.5"}, {Number, "-0.5", -0.5, `-0.5`, "-0.5"}, {Number, "12345.678", 12345.678, `12345.678`, "12,346"},
	}
	for _, tt := range tests {
		x, err := tt.q.Parse(tt.word)
		if err != nil || x != tt.want {
			t.Errorf("%q is %v, %v, want %v", tt.word, x, err, tt.want)
		}
		if got := string(tt.q.JSON(x)); got != tt.json {
			t.Errorf("%v is declared as %s, want %s", x, got, tt.json)
		}
		if got := tt.q.Text(x); got != tt.text {
			t.Errorf("%v is shown as %s, want %s", x, got, tt.text)
		}
	}
}

func TestAWrongAmountIsToldWithWhatIsRight(t *testing.T) {
	tests := []struct {
		q          Quantity
		word, want string
	}{
		{Time, "2", "2 has no unit; write '2s'"}, {Time, "12%", `"12%" is not a time; write a string with a unit`}, {Time, "-2s", `"-2s" is negative`},
		{Share, "2s", `"2s" is not a share; write a number such as 0.25`}, {Size, "16", `16 is not a size; write a string with a unit`},
		{Count, "2s", `"2s" is no number; write a whole number such as 100, without a unit`}, {Count, "2.5", "2.5 is not a whole number below 2^53"},
		{Count, "", `"" is no number`}, {Count, "1e300", "1e300 is not a whole number"}, {Number, "1e999", `"1e999" is no number`}, {Number, "NaN", `"NaN" is no number`},
		{Number, "0x10", `"0x10" is no number`}, {Number, "many", `"many" is no number; write a number such as 2.5, without a unit`},
		{Limit, "1.5", "1.5 is not a count; write a whole number up to 1000000000, or 'unbounded'"}, {Limit, "unbound", "write a whole number, or 'unbounded'"},
		{Word, "none", `"none" is no amount`}, {Flag, "true", `"true" is no amount`}, {Other, "1", "1 is no amount"},
	}
	for _, tt := range tests {
		_, err := tt.q.Parse(tt.word)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q fails with %v, want %s", tt.word, err, tt.want)
		}
	}
}

// What is declared for an amount is read as that amount again, to a nanosecond and a byte.
func TestADeclaredAmountIsReadAsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom([]Quantity{Count, Number, Share, Time, Size, Limit}).Draw(t, "quantity")
		x := rapid.Float64Range(0, 1e6).Draw(t, "x")
		if q == Size || q == Count || q == Limit {
			x = math.Round(x)
		}
		n, _, err := parse(q.JSON(x))
		if err != nil {
			t.Fatal(err)
		}
		got, err := q.read(n)
		near := math.Abs(got-x) <= 0.6e-9
		if err != nil || got != x && (q != Time || !near) {
			t.Fatalf("%v is declared as %s, and read as %v, %v", x, q.JSON(x), got, err)
		}
	})
}

func TestWhatIsNoAmountIsNeverDeclared(t *testing.T) {
	for _, q := range []Quantity{Other, Word, Flag, Time} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("quantity %d took NaN", q)
				}
			}()
			q.JSON(math.NaN())
		}()
	}
}
