package house

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.k6.io/k6/v2/js/modulestest"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

var (
	exported  = regexp.MustCompile(`(?m)^  export (?:class|function) (\w+)`)
	namespace = regexp.MustCompile(`(?s)export namespace (\w+) \{(.*?)\n  \}`)
	inner     = regexp.MustCompile(`(?s)\n    namespace (\w+) \{(.*?)\n    \}`)
	function  = regexp.MustCompile(`(?m)^ +function (\w+)`)
)

// values gives the names that a script can import, as index.d.ts has them, each
// of a namespace by its path.
func values(text string) []string {
	text = comments.ReplaceAllString(text, "")
	var names []string
	for _, m := range exported.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	for _, m := range namespace.FindAllStringSubmatch(text, -1) {
		for _, in := range inner.FindAllStringSubmatch(m[2], -1) {
			names = append(names, functions(m[1]+"."+in[1], in[2])...)
		}
		names = append(names, functions(m[1], inner.ReplaceAllString(m[2], ""))...)
	}
	slices.Sort(names)
	return names
}

// functions gives the paths of the functions of a namespace.
func functions(path, text string) []string {
	var names []string
	for _, f := range function.FindAllStringSubmatch(text, -1) {
		names = append(names, path+"."+f[1])
	}
	return names
}

// exports gives the names that the module exports.
func exports(named map[string]any) []string {
	var names []string
	for name, value := range named {
		within, ok := value.(map[string]any)
		if !ok {
			names = append(names, name)
			continue
		}
		for _, f := range exports(within) {
			names = append(names, name+"."+f)
		}
	}
	slices.Sort(names)
	return names
}

func TestTypingsExportWhatTheModuleExports(t *testing.T) {
	module := k6x.New().NewModuleInstance(modulestest.NewRuntime(t).VU)
	want := exports(module.Exports().Named)
	if diff := cmp.Diff(want, values(textOf(t, typings))); diff != "" {
		t.Errorf("index.d.ts exports something else than the module (-module +index.d.ts):\n%s", diff)
	}
}
