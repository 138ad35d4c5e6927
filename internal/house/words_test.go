package house

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// foreign is what belongs to the machine that somebody worked on: the folders
// where people keep their work and their caches. The parts are apart here, so
// that this file itself is clean.
var foreign = regexp.MustCompile(`(?i)(^|[^A-Za-z0-9_.-])/(` + strings.Join([]string{
	"wor" + "k/", "roo" + "t/", "hom" + "e/[a-z]", "User" + "s/[a-z]", "tm" + "p/go-build",
}, "|") + `)`)

// foreignWords gives the lines that name a path of somebody's machine.
func foreignWords(tree []file) []string {
	var found []string
	for _, f := range tree {
		if f.name == "go.sum" {
			continue // hashes only
		}
		number := 0
		for l := range strings.Lines(f.text) {
			number++
			if at := foreign.FindString(l); at != "" {
				found = append(found, fmt.Sprintf("%s:%d: names %s", f.name, number, strings.TrimLeft(at, " \t\"'`(=:")))
			}
		}
	}
	return found
}

func TestNoFileNamesAMachine(t *testing.T) { holds(t, foreignWords) }

func TestWordOfAMachineIsNoticed(t *testing.T) {
	notices(t, foreignWords, "words",
		"notes.md:3: names /"+"home/a",
		"notes.md:5: names /"+"tmp/go-build",
	)
}
