package protocol

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// SalesPath is where sales are sent to, with POST.
const SalesPath = "/v1/sales"

// LedgerPath is where a node that keeps a copy of another's ledger asks that for what
// it lacks, with GET.
const LedgerPath = "/v1/ledger"

// The headers of a sale.
const (
	// KeyHeader carries "<terminal>-<sale>", both decimal.
	KeyHeader = "Idempotency-Key"
	// SoldAtHeader carries when the customer bought, in ns since the run began.
	SoldAtHeader = "Retrystorm-Sold-At"
	// TenantHeader carries the number of the tenant that the terminal belongs to; that
	// of the terminal itself if absent.
	TenantHeader = "Retrystorm-Tenant"
	// TimeoutHeader carries the ms that the client still waits; may be absent.
	TimeoutHeader = "Retrystorm-Timeout"
)

// The errors of a sale that makes no sense.
var (
	ErrKey     = errors.New(KeyHeader + " must be <terminal>-<sale>, such as 17-3")
	ErrSoldAt  = errors.New(SoldAtHeader + " must be the nanoseconds since the run began, such as 1500000000")
	ErrTenant  = errors.New(TenantHeader + " must be the number of a tenant, such as 17")
	ErrTimeout = errors.New(TimeoutHeader + " must be the milliseconds that the client still waits, such as 2000")
)

// Entry is what a ledger holds for one sale.
type Entry struct {
	Terminal, Sale uint32
	SoldAt         time.Duration // as the terminal said, since the run began
	// Copies is how many times it was recorded here; zero of a sale that came from
	// another ledger alone.
	Copies int
	// Recorded is when it came into this ledger, since the Unix epoch. It is zero where
	// the ledger has nothing to do with another.
	Recorded time.Duration
}

// Request is one attempt at a sale.
type Request struct {
	Terminal, Sale uint32
	SoldAt         time.Duration // since the run began
	// Tenant is whose terminal it is; it goes out if CarriesTenant.
	Tenant        uint32
	CarriesTenant bool
	// Waits is how long the client still waits; it goes out, as Remaining, if
	// CarriesWait.
	Waits       time.Duration
	CarriesWait bool
}

// Append writes the request as HTTP/1.1 and gives b with it.
func (r Request) Append(b []byte) []byte {
	b = append(b, "POST "+SalesPath+" HTTP/1.1\r\nHost: pos\r\nContent-Length: 0\r\n"+KeyHeader+": "...)
	b = strconv.AppendUint(b, uint64(r.Terminal), 10)
	b = append(b, '-')
	b = strconv.AppendUint(b, uint64(r.Sale), 10)
	b = append(b, "\r\n"+SoldAtHeader+": "...)
	b = strconv.AppendInt(b, int64(r.SoldAt), 10)
	if r.CarriesTenant {
		b = append(b, "\r\n"+TenantHeader+": "...)
		b = strconv.AppendUint(b, uint64(r.Tenant), 10)
	}
	if r.CarriesWait {
		b = append(b, "\r\n"+TimeoutHeader+": "...)
		b = strconv.AppendInt(b, Remaining(r.Waits).Milliseconds(), 10)
	}
	return append(b, "\r\n\r\n"...)
}

// ParseSale reads what KeyHeader and SoldAtHeader carry. The errors are ErrKey
// and ErrSoldAt.
func ParseSale(key, soldAt []byte) (Entry, error) {
	terminal, sale, found := strings.Cut(string(key), "-")
	t, errT := strconv.ParseUint(terminal, 10, 32)
	s, errS := strconv.ParseUint(sale, 10, 32)
	if !found || errT != nil || errS != nil {
		return Entry{}, ErrKey
	}
	at, err := strconv.ParseInt(string(soldAt), 10, 64)
	if err != nil || at < 0 {
		return Entry{}, ErrSoldAt
	}
	return Entry{Terminal: uint32(t), Sale: uint32(s), SoldAt: time.Duration(at)}, nil
}

// ParseTenant reads what TenantHeader carries of a terminal; nothing if the header is
// absent. The error is ErrTenant.
func ParseTenant(text []byte, terminal uint32) (uint32, error) {
	if len(text) == 0 {
		return terminal, nil
	}
	n, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil {
		return 0, ErrTenant
	}
	return uint32(n), nil
}

// ParseTimeout reads what TimeoutHeader carries: how long the client still
// waits. The error is ErrTimeout.
func ParseTimeout(text []byte) (time.Duration, error) {
	ms, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || ms < 0 || ms > math.MaxInt32 {
		return 0, ErrTimeout
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// Remaining is how a request carries how long its client still waits: in whole
// milliseconds, rounded down, so that nobody works for a client that has just
// given up.
func Remaining(waits time.Duration) time.Duration {
	const most = math.MaxInt32 * time.Millisecond
	return min(max(waits.Truncate(time.Millisecond), 0), most)
}

// Carried is Remaining in virtual time, where sending takes none: on a wire some
// of the last millisecond has passed before the request is written, so that it
// is never whole.
func Carried(waits time.Duration) time.Duration { return Remaining(waits - 1) }
