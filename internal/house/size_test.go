package house

import (
	"fmt"
	"strings"
	"testing"
)

// mostFileLines is what a reader is asked to hold in mind at most. The length of a
// function is the linter's business (funlen).
const mostFileLines = 300

// oversized gives the files that are too long.
func oversized(tree []file) []string {
	var found []string
	for _, f := range tree {
		if n := strings.Count(f.text, "\n"); f.product() && n > mostFileLines {
			found = append(found, fmt.Sprintf("%s: has %d lines; at most %d", f.name, n, mostFileLines))
		}
	}
	return found
}

// describedTwice gives the packages whose comment stands in several files. That
// there is one at all is the linter's business (revive).
func describedTwice(tree []file) []string {
	var found []string
	comments := map[string]int{}
	for _, f := range tree {
		if !f.product() || f.ast.Doc == nil {
			continue
		}
		if comments[f.folder()]++; comments[f.folder()] == 2 {
			found = append(found, fmt.Sprintf("%s: has several package comments; write one, in one file", f.folder()))
		}
	}
	return found
}

func TestFilesAreShort(t *testing.T) { holds(t, oversized) }

func TestLongFileIsNoticed(t *testing.T) {
	notices(t, oversized, "size", "long.go: has 301 lines; at most 300")
}

func TestEachPackageSaysInOnePlaceWhatItIs(t *testing.T) { holds(t, describedTwice) }

func TestSecondPackageCommentIsNoticed(t *testing.T) {
	notices(t, describedTwice, "docs", "twice: has several package comments; write one, in one file")
}
