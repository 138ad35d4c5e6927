package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// What is read at most.
const (
	MaxSize    = 2 << 30 // bytes, of the text and of the histograms in memory
	MaxBuckets = 1 << 22 // of the run, of a node or of a link: seven weeks of seconds
	maxLine    = 16 << 20
)

// Why a history cannot be read.
var (
	ErrVersion  = errors.New("the history has another version")
	ErrForm     = errors.New("the history is not in the form that Write gives")
	ErrCutShort = errors.New("the history ends in the middle; was it copied whole?")
	ErrTooLarge = errors.New("the history is larger than can be read")
)

// Read reads one history, as Write gives it, and nothing after it. A list without
// elements reads as nil. Its errors wrap ErrVersion, ErrForm, ErrCutShort or
// ErrTooLarge and name the line, or are those of the reader.
func Read(r io.Reader) (*History, error) {
	d := decoder{in: bufio.NewReaderSize(r, 64<<10)}
	head, err := d.header()
	if err != nil {
		return nil, err
	}
	h := head.History
	if h.Buckets, err = rows(&d, head.Buckets, bucketSize); err != nil {
		return nil, err
	}
	for i, n := range head.Nodes {
		if h.Nodes[i].Buckets, err = rows[NodeBucket](&d, n, nil); err != nil {
			return nil, err
		}
	}
	for i, n := range head.Links {
		if h.Links[i].Buckets, err = rows[LinkBucket](&d, n, nil); err != nil {
			return nil, err
		}
	}
	if _, err := d.in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows line %d", ErrForm, d.line)
	}
	return h, nil
}

// bucketSize is about what the histograms of a bucket take in memory.
func bucketSize(b *Bucket) int {
	const each = 4 // bytes a count
	return each * (len(b.Latency.counts) + len(b.Attempt.counts))
}

// decoder reads line by line, and no more than MaxSize.
type decoder struct {
	in   *bufio.Reader
	text []byte // of the present line
	line int    // its number, from 1
	size int    // what was read, and what histograms take
}

// next reads the next line into v.
func (d *decoder) next(v any) error {
	d.line++
	d.text = d.text[:0]
	for {
		part, err := d.in.ReadSlice('\n')
		d.text = append(d.text, part...)
		d.size += len(part)
		switch {
		case len(d.text) > maxLine || d.size > MaxSize:
			return fmt.Errorf("%w, in line %d", ErrTooLarge, d.line)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%w It does so in line %d", ErrCutShort, d.line)
		case err != nil:
			return fmt.Errorf("cannot read line %d of the history: %w", d.line, err)
		}
		return d.parse(v)
	}
}

// parse reads the present line, which must hold one object and nothing unknown.
func (d *decoder) parse(v any) error {
	if d.text[0] != '{' {
		return fmt.Errorf("%w: line %d is no object", ErrForm, d.line)
	}
	dec := json.NewDecoder(bytes.NewReader(d.text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrForm, d.line, err)
	}
	if len(bytes.TrimSpace(d.text[dec.InputOffset():])) > 0 {
		return fmt.Errorf("%w: line %d goes on after its value", ErrForm, d.line)
	}
	return nil
}

// header reads the first line. Its version is looked at first: of another one,
// no other complaint would help.
func (d *decoder) header() (*header, error) {
	var raw json.RawMessage
	if err := d.next(&raw); err != nil {
		return nil, err
	}
	var only struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(raw, &only); err != nil {
		return nil, fmt.Errorf("%w: line 1: %w", ErrForm, err)
	}
	if only.Version != Version {
		return nil, fmt.Errorf("%w: %.60q, where %q can be read", ErrVersion, only.Version, Version)
	}
	var head header
	if err := d.parse(&head); err != nil {
		return nil, err
	}
	return &head, head.check()
}

// check says whether the header agrees with itself.
func (h *header) check() error {
	if h.History == nil {
		return fmt.Errorf("%w: line 1 has no history", ErrForm)
	}
	nested := h.History.Buckets != nil || len(h.Nodes) != len(h.History.Nodes) || len(h.Links) != len(h.History.Links)
	for _, n := range h.History.Nodes {
		nested = nested || n.Buckets != nil
	}
	for _, l := range h.History.Links {
		nested = nested || l.Buckets != nil
	}
	if nested {
		return fmt.Errorf("%w: line 1 must count the buckets of each node and link, and hold none", ErrForm)
	}
	for _, counts := range [][]int{{h.Buckets}, h.Nodes, h.Links} {
		for _, n := range counts {
			if n < 0 || n > MaxBuckets {
				return fmt.Errorf("%w: %d buckets, where at most %d can be read", ErrTooLarge, n, MaxBuckets)
			}
		}
	}
	return nil
}

// rows reads n lines into a list, which grows with what there really is.
func rows[T any](d *decoder, n int, size func(*T) int) ([]T, error) {
	var all []T
	for range n {
		var v T
		if err := d.next(&v); err != nil {
			return nil, err
		}
		if size != nil {
			if d.size += size(&v); d.size > MaxSize {
				return nil, fmt.Errorf("%w, in line %d", ErrTooLarge, d.line)
			}
		}
		all = append(all, v)
	}
	return all, nil
}
