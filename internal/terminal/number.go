package terminal

import (
	"iter"
	"slices"
)

// Numbered gives the terminals of a fleet, from 0 on in the order of its cohorts: each
// one's number and the index of its cohort.
func Numbered(fleet []Config) iter.Seq2[uint32, int] {
	return func(yield func(uint32, int) bool) {
		next := uint32(0)
		for c := range fleet {
			for range fleet[c].Terminals {
				if !yield(next, c) {
					return
				}
				next++
			}
		}
	}
}

// tenants is how many tenants the cohort's terminals belong to.
func (c *Config) tenants() int {
	if c.Tenants > 0 {
		return c.Tenants
	}
	return max(c.Terminals, 1)
}

// tenantOf gives the tenant, within the cohort, of its i-th terminal.
func (c *Config) tenantOf(i int) int { return i * c.tenants() / max(c.Terminals, 1) }

// Tenancy says which tenant each terminal of a fleet belongs to. Tenants are numbered
// from 0 on in the order of the cohorts. The zero Tenancy has each terminal be the
// tenant of its own number.
type Tenancy struct{ blocks []tenants }

// tenants are those of a cohort.
type tenants struct {
	terminals, tenants uint32 // the numbers of its first ones
	cfg                *Config
}

// TenancyOf gives the tenancy of a fleet.
func TenancyOf(fleet []Config) Tenancy {
	if !slices.ContainsFunc(fleet, func(c Config) bool { return c.Tenants > 0 }) {
		return Tenancy{}
	}
	var y Tenancy
	var next tenants
	for i := range fleet {
		next.cfg = &fleet[i]
		y.blocks = append(y.blocks, next)
		next.terminals += uint32(fleet[i].Terminals) //nolint:gosec // at most a million
		if fleet[i].Terminals > 0 {
			next.tenants += uint32(fleet[i].tenants()) //nolint:gosec // no more than terminals
		}
	}
	return y
}

// Of gives the number of the tenant that a terminal belongs to.
func (y Tenancy) Of(terminal uint32) uint32 {
	if y.blocks == nil {
		return terminal
	}
	return y.of(terminal)
}

func (y Tenancy) of(terminal uint32) uint32 {
	for i := len(y.blocks) - 1; i >= 0; i-- {
		if b := &y.blocks[i]; b.terminals <= terminal && b.cfg.Terminals > 0 {
			return b.tenants + uint32(b.cfg.tenantOf(int(terminal-b.terminals))) //nolint:gosec // likewise
		}
	}
	return terminal
}
