package experiment

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/retrystorm/retrystorm/internal/field"
)

// shape is the JSON type of a node.
type shape uint8

const (
	null shape = iota
	boolean
	number
	text
	list
	object
	deleted // taken away by a variant; stands where a merge patch has null
)

// node is one JSON value. A tree of nodes keeps the order in which members were
// declared, and numbers as they were written. Nodes never change once parsed,
// so that merged trees share them.
type node struct {
	shape   shape
	literal string // boolean, number: as written; text: its content
	items   []*node
	members []member
}

// member is one name of an object with its value.
type member struct {
	name  string
	value *node
}

// get gives the named member's value, or nil if there is none.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// without gives an object that lacks the named members.
func (n *node) without(names ...string) *node {
	out := &node{shape: n.shape}
	for _, m := range n.members {
		if !slices.Contains(names, m.name) {
			out.members = append(out.members, m)
		}
	}
	return out
}

// show names the value for an error message.
func (n *node) show() string {
	switch n.shape {
	case text:
		return field.Show(n.literal)
	case list:
		return "a list"
	case object:
		return "an object"
	case boolean, number:
		return cut(n.literal)
	}
	return "null"
}

// plain gives the value as encoding/json would, for types that decode
// themselves. A number beyond float64 is an error.
func (n *node) plain() (any, error) {
	switch n.shape {
	case boolean:
		return n.literal == "true", nil
	case number:
		return n.float()
	case text:
		return n.literal, nil
	case list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			v, err := item.plain()
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case object:
		out := make(map[string]any, len(n.members))
		for _, m := range n.members {
			v, err := m.value.plain()
			if err != nil {
				return nil, err
			}
			out[m.name] = v
		}
		return out, nil
	}
	return nil, nil //nolint:nilnil // null is a value
}

// float gives the number, which is always finite.
func (n *node) float() (float64, error) {
	f, err := strconv.ParseFloat(n.literal, 64)
	if err != nil {
		return 0, &field.Error{Problem: n.show() + " is beyond what a number can hold; write one up to 1e308"}
	}
	return f, nil
}

// cut shortens what a user wrote to what one reads in a message.
func cut(s string) string {
	const most = 64
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// at gives the path of a member, which is quoted where its name is no
// plain word: `judge.window`, but `judge["half life"]`. Variants always are.
func at(path, name string) string {
	if isIdentifier(name) && path != "variants" {
		return field.Join(path, name)
	}
	return path + "[" + strconv.Quote(cut(name)) + "]"
}

// MemberPath gives the path of the member of an object at path, as errors have it.
func MemberPath(path, name string) string { return at(path, name) }

func isIdentifier(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"
	return name != "" && len(name) <= 64 && strings.Trim(name, letters+"0123456789") == "" &&
		strings.ContainsRune(letters, rune(name[0]))
}
