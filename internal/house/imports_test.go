package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// layers are the packages from the bottom up. A package imports those of lower
// layers freely and none of a higher one.
var layers = [][]string{
	{"internal/field", "internal/timer", "internal/replica", "internal/console", "internal/race", "internal/trace", "internal/processor"},
	{"internal/retry"},
	{"internal/caller", "internal/store"},
	{"internal/terminal", "internal/backend", "internal/topology", "internal/node", "internal/protocol", "internal/verdict", "internal/history", "internal/fault", "internal/network", "internal/experiment"},
	{"internal/decision", "internal/edge", "internal/probe"},
	{"internal/advice", "internal/capacity", "internal/journal"},
	{"internal/campaign", "internal/runner", "internal/sim", "internal/live", "internal/harness", "internal/proxy", "fakes", "reports", "scenarios"},
	{"reports/phrase", "reports/sample"},
	{"reports/summary", "reports/compare"},
	{"reports/table", "reports/page", "reports/markdown", "reports/junit"},
	{"reports/render", "reports/plan", "reports/advice"},
	{"cmd/*", "internal/k6x", "internal/bench", "internal/conformance", "internal/house", "."},
}

// beside are the imports within a layer, by importer. What is not here is not
// allowed: so sim and live know nothing of each other.
var beside = map[string][]string{
	"internal/experiment": {"internal/terminal", "internal/backend", "internal/topology", "internal/topology", "internal/node", "internal/fault", "internal/network", "internal/history", "internal/verdict"},
	"internal/network":    {"internal/fault"},
	"internal/topology":   {"internal/backend", "internal/network"},
	"internal/node":       {"internal/backend", "internal/fault"},
	"internal/protocol":   {"internal/backend"},
	"internal/terminal":   {"internal/fault", "internal/history"},
	"internal/verdict":    {"internal/history"},
	"internal/campaign":   {"internal/sim", "internal/runner", "internal/live", "internal/harness"},
	"internal/runner":     {"internal/live", "internal/harness", "internal/proxy", "fakes"},
	"internal/harness":    {"internal/proxy", "fakes"},
	"fakes":               {"internal/proxy"},
	"cmd/*":               {".", "internal/k6x"},
	".":                   {"internal/k6x"},
}

// place gives a package's layer and the name it has there; -1 if it has none.
func place(folder string) (layer int, name string) {
	for i, names := range layers {
		for _, n := range names {
			if ok, err := path.Match(n, folder); err == nil && ok {
				return i, n
			}
		}
	}
	return -1, ""
}

// wrongImports gives the edges between packages that do not point downwards.
func wrongImports(tree []file) []string {
	var wrong []string
	for _, f := range tree {
		if !f.product() {
			continue
		}
		for _, imported := range f.imports() {
			folder, ours := folderOf(imported)
			if !ours {
				continue
			}
			if why := wrongEdge(f.folder(), folder); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s: %s → %s: %s", f.name, f.folder(), folder, why))
			}
		}
	}
	return wrong
}

// folderOf gives the folder of a package of this module.
func folderOf(imported string) (folder string, ours bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// wrongEdge says what is wrong with an import; empty if nothing is.
func wrongEdge(from, to string) string {
	low, fromName := place(from)
	high, toName := place(to)
	switch {
	case low < 0:
		return from + " has no layer yet; give it one in internal/house"
	case high < 0:
		return to + " has no layer yet; give it one in internal/house"
	case low < high:
		return "it lies in a higher layer"
	case low == high && !slices.Contains(beside[fromName], toName):
		return "packages of one layer do not import each other, but for those listed in internal/house"
	}
	return ""
}

// homeless gives the packages that have no layer, whatever they import.
func homeless(tree []file) []string {
	var found []string
	for _, f := range tree {
		if layer, _ := place(f.folder()); f.product() && layer < 0 && !slices.Contains(found, f.folder()) {
			found = append(found, f.folder())
		}
	}
	return found
}

func TestImportsPointOneWay(t *testing.T) { holds(t, wrongImports) }

func TestImportThatPointsUpIsNoticed(t *testing.T) {
	const level = "packages of one layer do not import each other, but for those listed in internal/house"
	notices(t, wrongImports, "imports",
		"internal/live/live.go: internal/live → internal/sim: "+level,
		"internal/retry/retry.go: internal/retry → internal/terminal: it lies in a higher layer",
		"internal/sim/sim.go: internal/sim → internal/live: "+level,
		"internal/sim/sim.go: internal/sim → internal/util: internal/util has no layer yet; give it one in internal/house",
	)
}

func TestEachPackageHasALayer(t *testing.T) { holds(t, homeless) }

func TestPackageWithoutALayerIsNoticed(t *testing.T) {
	notices(t, homeless, "imports", "internal/util")
}
