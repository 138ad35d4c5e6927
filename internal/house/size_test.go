package house

import (
	"fmt"
	"go/ast"
	"strings"
	"testing"
)

// What a reader is asked to hold in mind at most.
const (
	mostFileLines     = 300
	mostFunctionLines = 70
)

// oversized gives the files and functions that are too long.
func oversized(tree []file) []string {
	var found []string
	for _, f := range tree {
		if !f.product() {
			continue
		}
		if n := strings.Count(f.text, "\n"); n > mostFileLines {
			found = append(found, fmt.Sprintf("%s: has %d lines; at most %d", f.name, n, mostFileLines))
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.line(fn) + 1; n > mostFunctionLines {
				found = append(found, fmt.Sprintf("%s:%d: %s has %d lines; at most %d", f.name, f.line(fn), fn.Name.Name, n, mostFunctionLines))
			}
		}
	}
	return found
}

// undescribed gives the packages whose comment stands in no file of theirs, or
// in several.
func undescribed(tree []file) []string {
	var folders []string
	comments := map[string]int{}
	for _, f := range tree {
		if !f.product() {
			continue
		}
		if _, seen := comments[f.folder()]; !seen {
			folders = append(folders, f.folder())
			comments[f.folder()] = 0
		}
		if f.ast.Doc != nil {
			comments[f.folder()]++
		}
	}
	var found []string
	for _, folder := range folders {
		if n := comments[folder]; n != 1 {
			found = append(found, fmt.Sprintf("%s: has %d package comments; write one, in one file", folder, n))
		}
	}
	return found
}

func TestFilesAndFunctionsAreShort(t *testing.T) { holds(t, oversized) }

func TestLongFileAndFunctionAreNoticed(t *testing.T) {
	notices(t, oversized, "size",
		"function.go:5: long has 71 lines; at most 70",
		"long.go: has 301 lines; at most 300",
	)
}

func TestEachPackageSaysWhatItIs(t *testing.T) { holds(t, undescribed) }

func TestPackageWithoutACommentIsNoticed(t *testing.T) {
	notices(t, undescribed, "docs",
		"silent: has 0 package comments; write one, in one file",
		"twice: has 2 package comments; write one, in one file",
	)
}
