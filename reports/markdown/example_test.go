package markdown_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/markdown"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func ExampleWrite() {
	run := reports.NewRun(7, &history.History{}, verdict.Verdict{Kind: verdict.Healthy, Reason: "goodput never left the band"})

	result := reports.New("quiet-day", "sim", 7, time.Time{})
	result.Add(sample.Variant("as it happened", experiment.Expect{}, experiment.Gate{}, []reports.Run{run}))
	var text strings.Builder
	if err := markdown.Write(&text, result); err != nil {
		fmt.Println(err)
	}
	beginning, _, _ := strings.Cut(text.String(), "\n|")
	fmt.Print(beginning)
	// Output:
	// ## PASSED: quiet-day on sim, seed 7
	//
	// Every variant came out as expected.
	//
	// - **as it happened**: Nothing disturbed the system, and it stayed healthy to the end, at 00:00.
}
