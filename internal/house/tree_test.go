package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// module is the path of this module, which stands before a package's folder in
// an import.
const module = "github.com/retrystorm/retrystorm"

// root is where this module lies, from here.
const root = "../.."

// file is one file of a tree.
type file struct {
	name string // from the tree's root, with slashes
	text string
	ast  *ast.File // of Go files only
	fset *token.FileSet
}

// folder is the package's place in the tree, "." for the root.
func (f file) folder() string { return path.Dir(f.name) }

// product says whether the file is Go that users run, not a test.
func (f file) product() bool { return f.ast != nil && !strings.HasSuffix(f.name, "_test.go") }

// line gives the line that a node stands on.
func (f file) line(n ast.Node) int { return f.fset.Position(n.Pos()).Line }

// imports gives the paths that the file imports.
func (f file) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// read gives the files of a tree, without what is generated, other modules and
// the testdata of packages, which breaks rules on purpose.
func read(t *testing.T, dir string) []file {
	t.Helper()
	var files []file
	fset := token.NewFileSet()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if skipped(dir, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		f, err := load(fset, name, rel)
		if f != nil {
			files = append(files, *f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// skipped says whether a folder is none of the module's source.
func skipped(dir, rel string) bool {
	if rel == "." {
		return false
	}
	switch base := path.Base(rel); {
	case base == "testdata":
		return rel != "testdata" // the root's own holds labelled histories
	case base == ".git", rel == "bin", rel == "out":
		return true
	}
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(rel), "go.mod"))
	return err == nil
}

// load reads a text file and parses it if it is Go; nil for other content.
func load(fset *token.FileSet, name, rel string) (*file, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &file{name: rel, text: string(data), fset: fset}
	if strings.Contains(f.text[:min(len(f.text), 1024)], "\x00") {
		return nil, nil //nolint:nilnil // a program, not a text
	}
	if strings.HasSuffix(rel, ".go") {
		f.ast, err = parser.ParseFile(fset, rel, data, parser.ParseComments)
	}
	return f, err
}

// rule gives what in a tree breaks it, one line each, in the order of files.
type rule func(tree []file) []string

// holds fails the test with everything in this module that breaks the rule.
func holds(t *testing.T, broken rule) {
	t.Helper()
	tree := read(t, root)
	if len(tree) < 50 {
		t.Fatalf("found only %d files of the module", len(tree))
	}
	for _, what := range broken(tree) {
		t.Error(what)
	}
}

// notices fails the test if the rule does not find in a tree of testdata what
// breaks it, all of it and nothing else.
func notices(t *testing.T, broken rule, name string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, broken(read(t, filepath.Join("testdata", name)))); diff != "" {
		t.Errorf("the rule did not find what breaks it (-want +got):\n%s", diff)
	}
}
