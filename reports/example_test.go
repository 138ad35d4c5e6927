package reports_test

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
)

func ExampleWilson() {
	low, high := reports.Wilson(9, 10)
	fmt.Printf("%.3f to %.3f\n", low, high)
	// Output: 0.596 to 0.982
}
