package experiment

import (
	"bytes"
	"encoding/json"
	"slices"
)

// difference gives the merge patch (RFC 7396) that makes target of base, both of them
// objects.
func difference(base, target *node) *node {
	out := &node{shape: object}
	for _, m := range target.members {
		old := base.get(m.name)
		switch {
		case old == nil && m.value.shape == deleted, old != nil && old.equals(m.value):
			continue
		case old != nil && old.shape == object && m.value.shape == object:
			out.members = append(out.members, member{m.name, difference(old, m.value)})
		case m.value.shape == deleted:
			out.members = append(out.members, member{m.name, &node{shape: null}})
		default:
			out.members = append(out.members, m)
		}
	}
	for _, m := range base.members {
		if target.get(m.name) == nil {
			out.members = append(out.members, member{m.name, &node{shape: null}})
		}
	}
	return out
}

// equals says whether two values are the same, as they are written; what is deleted
// is not there.
func (n *node) equals(other *node) bool {
	if n == other {
		return true
	}
	if n.shape != other.shape || n.literal != other.literal || !slices.EqualFunc(n.items, other.items, (*node).equals) {
		return false
	}
	for _, m := range other.members {
		if own := n.get(m.name); m.value.shape != deleted && (own == nil || !own.equals(m.value)) {
			return false
		}
	}
	return n.size() == other.size()
}

// size counts the members of an object that are there.
func (n *node) size() int {
	count := 0
	for _, m := range n.members {
		if m.value.shape != deleted {
			count++
		}
	}
	return count
}

// json writes a value as JSON. What is deleted is left out.
func (n *node) json() json.RawMessage {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer) {
	separator := ""
	switch n.shape {
	case boolean, number:
		b.WriteString(n.literal)
	case text:
		quote(b, n.literal)
	case list:
		b.WriteByte('[')
		for _, item := range n.items {
			b.WriteString(separator)
			item.write(b)
			separator = ","
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for _, m := range n.members {
			if m.value.shape == deleted {
				continue
			}
			b.WriteString(separator)
			quote(b, m.name)
			b.WriteByte(':')
			m.value.write(b)
			separator = ","
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}

// quote writes a string as JSON, with <, > and & as they are.
func quote(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // of a string, into memory
	b.Truncate(b.Len() - len("\n"))
}
