package experiment

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsed reads a JSON text that is right.
func parsed(t testing.TB, data string) *node {
	t.Helper()
	n, doubled, err := parse([]byte(data))
	if err != nil || len(doubled) > 0 {
		t.Fatalf("%s: %v %v", data, err, doubled)
	}
	return n
}

// render writes a tree as JSON, without what is deleted.
func render(t testing.TB, n *node) string {
	t.Helper()
	switch n.shape {
	case text:
		out, err := json.Marshal(n.literal)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	case boolean, number:
		return n.literal
	case list:
		out := ""
		for _, item := range n.items {
			out += "," + render(t, item)
		}
		return "[" + trimFirst(out) + "]"
	case object:
		out := ""
		for _, m := range n.members {
			if m.value.shape != deleted {
				out += "," + render(t, &node{shape: text, literal: m.name}) + ":" + render(t, m.value)
			}
		}
		return "{" + trimFirst(out) + "}"
	}
	return "null"
}

func trimFirst(s string) string { return s[min(1, len(s)):] }

// The cases are those of RFC 7396, Appendix A.
func TestMergePatchIsThatOfTheRFC(t *testing.T) {
	tests := []struct{ base, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	}
	for _, tt := range tests {
		base := parsed(t, tt.base)
		got := render(t, merge(base, parsed(t, tt.patch)))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s patched with %s (-want +got):\n%s", tt.base, tt.patch, diff)
		}
		if diff := cmp.Diff(tt.base, render(t, base)); diff != "" {
			t.Errorf("the patch %s changed its base (-want +got):\n%s", tt.patch, diff)
		}
	}
}

func TestAPatchOverridesWhatItDeclares(t *testing.T) {
	base := parsed(t, `{"a":{"b":1,"c":[{"d":1}]},"e":1}`)
	patch := parsed(t, `{"a":{"c":[{"d":2}],"n":{"x":1},"t w.o":1,"gone":null},"e":null}`)
	tests := []struct {
		path string
		want bool
	}{
		{"", false}, {"a", false}, {"a.b", false}, {"a.c", true}, {"a.c[0].d", true}, {"a.n.x", true}, {"a.n.y", true},
		{`a["t w.o"]`, true}, {`a["t w.o"].x[3]`, true}, {"a.gone", true}, {"e", true}, {"f", false}, {"[0]", false},
	}
	for _, tt := range tests {
		if got := patch.overrides(base, tt.path); got != tt.want {
			t.Errorf("overrides %q: %v, want %v", tt.path, got, tt.want)
		}
	}
}
