package backend

import (
	"hash/fnv"
	"math/rand/v2"
)

// Stream is the random numbers of the node of that name in the run with that
// seed, and of no other node of the run.
func Stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
