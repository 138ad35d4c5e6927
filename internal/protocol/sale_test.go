package protocol

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func anyRequest(t *rapid.T) Request {
	return Request{
		Terminal: rapid.Uint32().Draw(t, "terminal"),
		Sale:     rapid.Uint32().Draw(t, "sale"),
		SoldAt:   time.Duration(rapid.Int64Min(0).Draw(t, "soldAt")),
		Tenant:   rapid.Uint32().Draw(t, "tenant"), CarriesTenant: rapid.Bool().Draw(t, "carriesTenant"),
		Waits:       time.Duration(rapid.Int64().Draw(t, "waits")),
		CarriesWait: rapid.Bool().Draw(t, "carriesWait"),
	}
}

// The reader is net/http's, which knows nothing of the writer.
func TestRequestIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyRequest(t)
		got, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(want.Append(nil))))
		if err != nil {
			t.Fatal(err)
		}
		if got.Method != http.MethodPost || got.URL.Path != SalesPath || got.ContentLength != 0 {
			t.Errorf("%s %s with %d bytes", got.Method, got.URL, got.ContentLength)
		}
		sale, err := ParseSale([]byte(got.Header.Get(KeyHeader)), []byte(got.Header.Get(SoldAtHeader)))
		if diff := cmp.Diff(Entry{Terminal: want.Terminal, Sale: want.Sale, SoldAt: want.SoldAt}, sale); err != nil || diff != "" {
			t.Error(err, diff)
		}
		tenant := want.Terminal
		if want.CarriesTenant {
			tenant = want.Tenant
		}
		if of, err := ParseTenant([]byte(got.Header.Get(TenantHeader)), want.Terminal); err != nil || of != tenant {
			t.Errorf("tenant %d, %v; want %d", of, err, tenant)
		}
		words := got.Header.Values(TimeoutHeader)
		if len(words) == 1 != want.CarriesWait || len(words) > 1 {
			t.Fatalf("%q, carried %v", words, want.CarriesWait)
		}
		if !want.CarriesWait {
			return
		}
		if left, err := ParseTimeout([]byte(words[0])); err != nil || left != Remaining(want.Waits) {
			t.Errorf("%v left, %v; want %v", left, err, Remaining(want.Waits))
		}
	})
}

func TestSaleThatMakesNoSenseIsAnError(t *testing.T) {
	for text, want := range map[string]error{
		"1-2 3": nil, "4294967295-4294967295 9223372036854775807": nil,
		"1 3": ErrKey, "- 3": ErrKey, "-1-2 3": ErrKey, "4294967296-2 3": ErrKey, "1-2-3 3": ErrKey, "+1-2 3": ErrKey,
		"1-2 ": ErrSoldAt, "1-2 -1": ErrSoldAt, "1-2 1.5": ErrSoldAt, "1-2 9223372036854775808": ErrSoldAt,
	} {
		key, soldAt, _ := strings.Cut(text, " ")
		if _, err := ParseSale([]byte(key), []byte(soldAt)); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	for _, text := range []string{"-1", "x", "4294967296"} {
		if _, err := ParseTenant([]byte(text), 1); !errors.Is(err, ErrTenant) {
			t.Errorf("%q: %v, want %v", text, err, ErrTenant)
		}
	}
	for _, text := range []string{"", "-1", "1s", "1.5", "2147483648"} {
		if _, err := ParseTimeout([]byte(text)); !errors.Is(err, ErrTimeout) {
			t.Errorf("%q: %v, want %v", text, err, ErrTimeout)
		}
	}
}

func TestRemainingWaitIsWholeMilliseconds(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct{ waits, remaining, carried time.Duration }{
		{-time.Hour, 0, 0},
		{0, 0, 0},
		{1, 0, 0},
		{ms, ms, 0},
		{2*ms - 1, ms, ms},
		{2 * ms, 2 * ms, ms},
		{2*ms + 1, 2 * ms, 2 * ms},
		{math.MaxInt64, math.MaxInt32 * ms, math.MaxInt32 * ms},
	} {
		if got := Remaining(tt.waits); got != tt.remaining {
			t.Errorf("of %v %v remain, want %v", tt.waits, got, tt.remaining)
		}
		if got := Carried(tt.waits); got != tt.carried {
			t.Errorf("of %v %v is carried in virtual time, want %v", tt.waits, got, tt.carried)
		}
	}
}

// Virtual time must not be kinder than any wire, nor harder than the fastest.
func TestVirtualTimeCarriesWhatTheFastestWireDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		waits := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "waits"))
		sending := time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(t, "sending"))
		if Remaining(waits-sending) > Carried(waits) || Remaining(waits-1) != Carried(waits) {
			t.Errorf("of %v, %v are carried; after %v on the way %v", waits, Carried(waits), sending, Remaining(waits-sending))
		}
	})
}
