package sim

import (
	"context"
	"slices"
	"testing"
	"time"
)

// Customers come as the terminals' random numbers say, so demand shows whether
// the run's seed has reached them.
func TestSeedDecidesWhenCustomersCome(t *testing.T) {
	p := valid(t, friday(50, 10*time.Second, time.Minute))
	demand := func(seed uint64) []int64 {
		var out []int64
		for _, b := range Run(context.Background(), Config{Plan: p, Seed: seed}).Buckets {
			out = append(out, b.Demand)
		}
		return out
	}
	if !slices.Equal(demand(1), demand(1)) {
		t.Error("one seed gives two demands")
	}
	if slices.Equal(demand(1), demand(2)) {
		t.Error("two seeds give one demand")
	}
}
