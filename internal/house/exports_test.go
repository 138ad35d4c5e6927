package house

import (
	"maps"
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
	function  = regexp.MustCompile(`(?m)^    function (\w+)`)
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
		for _, f := range function.FindAllStringSubmatch(m[2], -1) {
			names = append(names, m[1]+"."+f[1])
		}
	}
	slices.Sort(names)
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
		for f := range maps.Keys(within) {
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
