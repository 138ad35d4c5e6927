package experiment_test

import (
	"fmt"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

func ExampleDecode() {
	e, err := experiment.Decode([]byte(`{
		"name": "friday",
		"fleet": [{"cohort": "4.4.1", "terminals": 300, "sale": {"every": "10s"}, "timeout": "2s"}],
		"backend": {"nodes": [{"workers": 8, "service": {"mean": "100ms"}}]},
		"timeline": [{"kind": "crash", "at": "30s", "for": "20s"}],
		"horizon": "3m",
		"variants": {"as it happened": {"expect": "collapsed"}, "longer": {"horizon": "10m"}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range e.Variants {
		fmt.Printf("%s: %d terminals for %v, expected to come out %v\n", v.Name, v.Terminals(), v.Horizon, v.Expect)
	}
	// Output:
	// as it happened: 300 terminals for 3m0s, expected to come out collapsed
	// longer: 300 terminals for 10m0s, expected to come out healthy or recovered
}

func ExampleDecode_wrong() {
	_, err := experiment.Decode([]byte(`{
		"name": "friday",
		"fleet": [{"cohort": "4.4.1", "terminals": 300, "sale": {"every": "10s"}, "timeuot": 2}],
		"backend": {"nodes": [{"workers": 8, "service": {"mean": "100ms"}}]},
		"horizon": "3m",
		"variants": {"longer": {"horizon": 10}}
	}`))
	fmt.Println(err)
	// Output:
	// fleet[0].timeuot: unknown field; did you mean 'timeout'?
	// variants["longer"].horizon: 10 has no unit; write '10s'
}
