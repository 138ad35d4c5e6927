package decision_test

import (
	"fmt"

	"github.com/retrystorm/retrystorm/internal/decision"
)

func ExampleWilson() {
	low, high := decision.Wilson(9, 10)
	fmt.Printf("%.3f to %.3f\n", low, high)
	// Output: 0.596 to 0.982
}
