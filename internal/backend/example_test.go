package backend_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// A driver steps a node through events and carries out the effects.
func ExampleNode() {
	cfg := backend.Config{Name: "api", Workers: 1, Service: backend.Service{Mean: 100 * time.Millisecond}}
	if err := cfg.Validate(); err != nil {
		fmt.Println(err)
		return
	}
	node := backend.NewNode(cfg, rand.New(rand.NewPCG(1, 2)))
	var effects []backend.Effect
	effects = node.Step(0, backend.Event{Kind: backend.Arrive, ID: 1}, effects[:0])
	fmt.Println("serve it for", effects[0].For)
	effects = node.Step(effects[0].For, backend.Event{Kind: backend.Done, ID: 1}, effects[:0])
	fmt.Println("answer it:", effects[0].Kind == backend.Finish && effects[0].Waiting)
	// Output:
	// serve it for 100ms
	// answer it: true
}

func ExampleConfig_Validate() {
	cfg := backend.Config{Name: "api", Workers: 64, Queue: backend.Queue{Limit: -2}}
	fmt.Println(cfg.Validate())
	// Output:
	// service.mean: must be longer than 0s and at most 1h, such as '100ms'
	// queue.limit: must be a whole number from 0, or 'unbounded'
}
