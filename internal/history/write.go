package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Version names the form in which a history is written. A change that an older
// reader would misread gets another number.
const Version = "retrystorm.history/v1"

// header is the first line of a written history: everything but the buckets, and
// how many of them follow.
type header struct {
	Version string   `json:"version"`
	History *History `json:"history"`
	Buckets int      `json:"buckets"`
	Nodes   []int    `json:"nodes"` // buckets of each node
	Links   []int    `json:"links"` // buckets of each link
}

// Write writes the whole history, so that Read gives the same again: lines of
// JSON, each ending in a newline. The first is a header with everything but the
// buckets, and says how many there are. Then comes a line for each bucket of the
// run, for each bucket of the first node, of the next one and so on, and for each
// bucket of the links likewise. Times are whole nanoseconds; what is zero is left
// out; a histogram is the longest duration and a list of [index, count] of its
// buckets that are not empty. The same history always gives the same bytes.
//
// What JSON cannot carry is an error: a figure that is no number. Bytes of texts
// that are not UTF-8 are written as U+FFFD.
func Write(w io.Writer, h *History) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	head := headerOf(h)
	write := func(what string, i int, line any) error {
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("cannot write %s %d of the history: %w", what, i, err)
		}
		return nil
	}
	if err := write("line", 1, head); err != nil {
		return err
	}
	for i := range h.Buckets {
		if err := write("bucket", i, &h.Buckets[i]); err != nil {
			return err
		}
	}
	for n := range h.Nodes {
		for i := range h.Nodes[n].Buckets {
			if err := write("bucket of a node", i, &h.Nodes[n].Buckets[i]); err != nil {
				return err
			}
		}
	}
	for n := range h.Links {
		for i := range h.Links[n].Buckets {
			if err := write("bucket of a link", i, &h.Links[n].Buckets[i]); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("cannot write the history: %w", err)
	}
	return nil
}

// headerOf takes the buckets out of a copy and counts them.
func headerOf(h *History) header {
	bare := *h
	head := header{Version: Version, History: &bare, Buckets: len(h.Buckets), Nodes: []int{}, Links: []int{}}
	bare.Buckets, bare.Nodes, bare.Links = nil, nil, nil
	for _, n := range h.Nodes {
		head.Nodes = append(head.Nodes, len(n.Buckets))
		bare.Nodes = append(bare.Nodes, Node{Name: n.Name, Capacity: n.Capacity})
	}
	for _, l := range h.Links {
		head.Links = append(head.Links, len(l.Buckets))
		bare.Links = append(bare.Links, Link{From: l.From, To: l.To})
	}
	return head
}
