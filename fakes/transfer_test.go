package fakes

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func anyEntry(t *rapid.T) Entry {
	return Entry{
		Terminal: rapid.Uint32().Draw(t, "terminal"),
		Sale:     rapid.Uint32().Draw(t, "sale"),
		SoldAt:   time.Duration(rapid.Int64Min(0).Draw(t, "soldAt")),
		Copies:   int(rapid.Int32Min(0).Draw(t, "copies")),
		Recorded: time.Duration(rapid.Int64Min(0).Draw(t, "recorded")),
	}
}

func written(t *rapid.T, all []Entry) string {
	var text strings.Builder
	err := writeLedger(&text, func(f func(Entry) error) error {
		for _, e := range all {
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestLedgerTravelsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Custom(anyEntry)).Draw(t, "ledger")
		got := []Entry{}
		err := readLedger(strings.NewReader(written(t, want)), func(e Entry) { got = append(got, e) })
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func TestLedgerCutShortIsAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := written(t, rapid.SliceOfN(rapid.Custom(anyEntry), 10, 20).Draw(t, "ledger"))
		// Without the last line break alone it is still whole.
		cut := rapid.IntRange(0, len(text)-2).Draw(t, "cut")
		if err := readLedger(strings.NewReader(text[:cut]), func(Entry) {}); !errors.Is(err, ErrCut) {
			t.Fatalf("cut at %d of %d: %v", cut, len(text), err)
		}
	})
}

func TestLedgerThatMakesNoSenseIsAnError(t *testing.T) {
	for _, text := range []string{
		"1,2,3\n# 1\n", "1,2,3,4,5,6\n# 1\n", "a,2,3,4\n# 1\n", "-1,2,3,4\n# 1\n", "4294967296,2,3,4\n# 1\n",
		"1,2,3,4\n# 2\n", "<html>\n",
	} {
		if err := readLedger(strings.NewReader(text), func(Entry) {}); !errors.Is(err, ErrCut) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzLedgerIsReadWholeOrNotAtAll(f *testing.F) {
	f.Add("1,2,3,4\n# 1\n")
	f.Add("# 0\n")
	f.Add("1,2,3\n")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		err := readLedger(strings.NewReader(text), func(e Entry) {
			n++
			if e.SoldAt < 0 || e.Copies < 0 {
				t.Errorf("read %+v", e)
			}
		})
		if whole := strings.Contains(text, "# "+strconv.Itoa(n)); err == nil && !whole {
			t.Errorf("%d sales and no end, yet no error", n)
		}
	})
}
