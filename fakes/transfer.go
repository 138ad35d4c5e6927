package fakes

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The ledger travels as one line per sale, "terminal,sale,sold_at_ns,copies", with
// ",recorded_ns" behind it where that is kept, and ends with "# n", the number of sales, without which it is not whole.

// writeLedger sends what each gives to w.
func writeLedger(w io.Writer, each func(func(Entry) error) error) error {
	out := bufio.NewWriterSize(w, 32<<10)
	var b []byte
	n := 0
	err := each(func(e Entry) error {
		b = strconv.AppendUint(b[:0], uint64(e.Terminal), 10)
		b = strconv.AppendUint(append(b, ','), uint64(e.Sale), 10)
		b = strconv.AppendInt(append(b, ','), int64(e.SoldAt), 10)
		b = strconv.AppendInt(append(b, ','), int64(e.Copies), 10)
		if e.Recorded != 0 {
			b = strconv.AppendInt(append(b, ','), int64(e.Recorded), 10)
		}
		n++
		_, err := out.Write(append(b, '\n'))
		return err
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "# %d\n", n); err != nil {
		return err
	}
	return out.Flush()
}

// eachOf gives those entries to writeLedger.
func eachOf(entries []Entry) func(func(Entry) error) error {
	return func(f func(Entry) error) error {
		for _, e := range entries {
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// readLedger calls each for every sale that comes, and wants the end to come.
func readLedger(r io.Reader, each func(Entry)) error {
	in := bufio.NewScanner(r)
	n := 0
	for in.Scan() {
		if end, ok := strings.CutPrefix(in.Text(), "# "); ok {
			if end != strconv.Itoa(n) {
				return fmt.Errorf("%w: %d sales of %s", ErrCut, n, end)
			}
			return nil
		}
		e, err := parseEntry(in.Text())
		if err != nil {
			return err
		}
		each(e)
		n++
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrCut, err)
	}
	return ErrCut
}

func parseEntry(text string) (Entry, error) {
	var n [5]int64
	parts := strings.Split(text, ",")
	if len(parts) < 4 || len(parts) > len(n) {
		return Entry{}, fmt.Errorf("%w: %q is no sale", ErrCut, text)
	}
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, [5]int{33, 33, 64, 32, 64}[i]) // with one for the sign
		if err != nil || v < 0 {
			return Entry{}, fmt.Errorf("%w: %q is no sale", ErrCut, text)
		}
		n[i] = v
	}
	return Entry{
		Terminal: uint32(n[0]), //nolint:gosec // 32 bits and no sign
		Sale:     uint32(n[1]), //nolint:gosec // 32 bits and no sign
		SoldAt:   time.Duration(n[2]),
		Copies:   int(n[3]),
		Recorded: time.Duration(n[4]),
	}, nil
}
