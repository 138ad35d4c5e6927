package junit_test

import (
	"fmt"
	"os"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/junit"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func ExampleWrite() {
	run := reports.NewRun(7, &history.History{}, verdict.Verdict{Kind: verdict.Healthy, Reason: "goodput never left the band"})

	result := reports.New("quiet-day", "sim", 7, time.Time{})
	result.Add(sample.Variant("as it happened", experiment.Expect{}, experiment.Gate{}, []reports.Run{run}))
	if err := junit.Write(os.Stdout, result); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <testsuites name="quiet-day on sim, seed 7" tests="1" failures="0" errors="0">
	//   <testsuite name="quiet-day: as it happened" tests="1" failures="0" errors="0" skipped="0">
	//     <properties>
	//       <property name="scenario" value="quiet-day"></property>
	//       <property name="engine" value="sim"></property>
	//       <property name="seed" value="7"></property>
	//       <property name="variant" value="as it happened"></property>
	//       <property name="runs" value="1"></property>
	//       <property name="as expected" value="1 of 1 runs, 95% interval 21% to 100%"></property>
	//     </properties>
	//     <testcase name="as it happened: comes out healthy or recovered" classname="quiet-day.as it happened"></testcase>
	//   </testsuite>
	// </testsuites>
}
