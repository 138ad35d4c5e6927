package sample

import (
	"bytes"
	_ "embed" // for the result
	"fmt"
	"strings"
	"sync"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

//go:embed friday.json
var friday []byte

// Friday is the Kounta Friday as simulated with seed 1: one variant that
// collapsed as it was to, and one that recovered. Each call gives a new one.
func Friday() *reports.Result {
	r, err := reports.Read(bytes.NewReader(friday))
	if err != nil {
		panic(fmt.Sprintf("sample: friday.json: %v", err))
	}
	return r
}

// shared is a Friday that nobody may change: reading one takes a while.
var shared = sync.OnceValue(Friday)

// Of is a variant whose runs came out so, with seeds from 0: each run is one of
// Friday's with another verdict, and says why in one word. Their series are those
// of all such variants: put others in their place rather than change them.
func Of(name string, expect experiment.Expect, kinds ...verdict.Kind) reports.Variant {
	both := shared().Variants
	var runs []reports.Run
	for i, k := range kinds {
		run := both[0].Runs[0]
		if k.Passes() {
			run = both[1].Runs[0]
		}
		run.Seed, run.Verdict.Kind, run.Verdict.Reason = uint64(i), k, "because "+k.String()
		if k != verdict.Recovered {
			run.Verdict.TimeToRecoverS = nil
		}
		runs = append(runs, run)
	}
	return reports.NewVariant(name, expect, experiment.Gate{}, runs)
}

// Hostile are texts that would break a report which trusts what it shows:
// escape sequences, lines, markup, directions, bytes that are no text, nothing
// at all.
var Hostile = []string{
	"red \x1b[31malert\x1b[0m and \x1b]0;title\x07",
	"two\nlines\r\nand\ttab",
	strings.Repeat("endless", 100),
	"日本語の変種の名前はとても広い文字でできている",
	"right\u202eto left\u200b \xff\xfe",
	"",
	"│ ─ | <b>&amp;</b> %s %d",
	"</script><script>alert(1)</script><img src=x onerror=alert(1)>",
	"]]> <!-- ``` [link](javascript:alert(1)) @here #1 \x00",
	"=cmd|'/c calc'!A1",
}
