// Package retry breaks every rule for a core, and keeps some.
package retry

import (
	chance "math/rand/v2"
	clock "time"

	_ "go.k6.io/k6/v2/lib"
	_ "math/rand"
	_ "net/http"
	_ "net/netip"
	_ "os"
)

type deck struct{ cards *chance.Rand }

func (d deck) Now() clock.Duration { return clock.Second }

func decide(d deck) {
	_ = clock.Now()
	clock.Sleep(d.Now())
	<-clock.After(clock.Second)
	_ = chance.IntN(6)
	d.cards = chance.New(chance.NewPCG(1, 2))
	_ = d.cards.IntN(6)
}
