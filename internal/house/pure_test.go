package house

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// cores are the packages that decide and never wait: without clock, network,
// disk or chance of their own.
var cores = []string{
	"internal/field", "internal/timer", "internal/replica", "internal/retry", "internal/caller", "internal/store", "internal/terminal", "internal/backend",
	"internal/node", "internal/network", "internal/topology", "internal/protocol", "internal/fault", "internal/history", "internal/verdict",
	"internal/experiment", "internal/sim", "internal/decision", "internal/edge", "internal/probe", "internal/advice", "internal/capacity", "internal/campaign",
}

// outside are the imports that reach out of a core; whatever lies below one of
// them does as well.
var outside = []string{"net", "os", "syscall", "io/ioutil", "crypto/rand", "math/rand", "golang.org/x/sys", "go.k6.io/k6"}

// apart is what lies below one of outside and is allowed all the same.
var apart = []string{"math/rand/v2", "net/netip", "net/url"}

// clocks are the functions of package time that read or wait for a clock.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

// sources are the functions of math/rand/v2 that a core may call: they make a
// generator from a seed. All others use the global one.
var sources = []string{"New", "NewPCG", "NewChaCha8", "NewZipf"}

// impurities gives what in the cores reaches out of them.
func impurities(tree []file) []string {
	var found []string
	for _, f := range tree {
		if !f.product() || !slices.Contains(cores, f.folder()) {
			continue
		}
		for _, imported := range f.imports() {
			if reachesOut(imported) {
				found = append(found, fmt.Sprintf("%s: imports %s", f.name, imported))
			}
		}
		found = append(found, impureCalls(f)...)
	}
	return found
}

func reachesOut(imported string) bool {
	if slices.Contains(apart, imported) {
		return false
	}
	return slices.ContainsFunc(outside, func(o string) bool {
		return imported == o || strings.HasPrefix(imported, o+"/")
	})
}

// impureCalls gives the uses of clocks and of the global random generator. The
// name of each import is resolved, so that an alias hides nothing.
func impureCalls(f file) []string {
	names := localNames(f)
	var found []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		used := sel.Sel.Name
		switch imported := names[pkg.Name]; {
		case imported == "time" && slices.Contains(clocks, used),
			imported == "math/rand/v2" && globalRandom(used),
			imported == "context" && (strings.HasPrefix(used, "WithTimeout") || strings.HasPrefix(used, "WithDeadline")):
			found = append(found, fmt.Sprintf("%s:%d: uses %s.%s", f.name, f.line(sel), imported, used))
		}
		return true
	})
	return found
}

// globalRandom says whether a name of math/rand/v2 uses the global generator.
// Its types begin with capitals too, and are named here.
func globalRandom(name string) bool {
	types := []string{"Rand", "Source", "PCG", "ChaCha8", "Zipf"}
	return !slices.Contains(sources, name) && !slices.Contains(types, name)
}

// localNames gives the imports by the name that the file has for them. A dot
// import has none; staticcheck allows none (ST1001).
func localNames(f file) map[string]string {
	names := map[string]string{}
	for _, spec := range f.ast.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(imported)
		if name == "v2" {
			name = path.Base(path.Dir(imported))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
	}
	return names
}

func TestCoresReadNoClockAndReachNothing(t *testing.T) { holds(t, impurities) }

func TestImpureCoreIsNoticed(t *testing.T) {
	const name = "internal/retry/retry.go"
	notices(t, impurities, "pure",
		name+": imports go.k6.io/k6/v2/lib",
		name+": imports math/rand",
		name+": imports net/http",
		name+": imports os",
		name+":20: uses time.Now",
		name+":21: uses time.Sleep",
		name+":22: uses time.After",
		name+":23: uses math/rand/v2.IntN",
	)
}
