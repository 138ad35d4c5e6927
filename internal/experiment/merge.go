package experiment

import (
	"strconv"
	"strings"
)

// merge puts a variant's patch over the base, by the rules of JSON Merge Patch
// (RFC 7396): objects merge, everything else replaces, null takes away. What is
// taken away leaves a deleted node, so that a misspelt name is still noticed.
func merge(base, patch *node) *node {
	if patch.shape != object {
		return patch
	}
	out := &node{shape: object}
	if base != nil && base.shape == object {
		out.members = append(out.members, base.members...)
	}
	place := make(map[string]int, len(out.members))
	for i, m := range out.members {
		place[m.name] = i
	}
	for _, m := range patch.members {
		i, there := place[m.name]
		if !there {
			i = len(out.members)
			out.members = append(out.members, member{name: m.name})
		}
		out.members[i].value = replacement(out.members[i].value, m.value)
	}
	return out
}

func replacement(base, patch *node) *node {
	if patch.shape == null {
		return &node{shape: deleted}
	}
	return merge(base, patch)
}

// overrides says whether the patch itself declares what stands at path in the
// merged declaration, rather than leaving it to the base.
func (n *node) overrides(base *node, path string) bool {
	if n.shape != object || base == nil || base.shape != object {
		return true
	}
	name, rest := step(path)
	patch := n.get(name)
	return name != "" && patch != nil && patch.overrides(base.get(name), rest)
}

// step splits the first member's name off a path. The name is empty where the
// path ends or goes on into a list.
func step(path string) (name, rest string) {
	if quoted, err := strconv.QuotedPrefix(strings.TrimPrefix(path, "[")); err == nil {
		name, _ = strconv.Unquote(quoted) // what QuotedPrefix gives is quoted right
		return name, strings.TrimPrefix(path[len("[")+len(quoted)+len("]"):], ".")
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		return path, ""
	}
	return path[:end], strings.TrimPrefix(path[end:], ".")
}
