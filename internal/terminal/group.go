package terminal

// Grouping says which groups of tenants the terminals of a fleet belong to: those of
// each cohort, and for each Shards those whose number leaves the same remainder. The
// zero Grouping has no groups.
type Grouping struct {
	Cohorts int   // groups, the first ones; zero if the cohorts are none
	Shards  []int // then, for each, that many groups
	Tenancy Tenancy
}

// Count is how many groups there are.
func (g *Grouping) Count() int {
	n := g.Cohorts
	for _, s := range g.Shards {
		n += s
	}
	return n
}

// Of appends the groups that a terminal of a cohort belongs to.
func (g *Grouping) Of(terminal uint32, cohort int, groups []int) []int {
	if g.Cohorts > 0 {
		groups = append(groups, cohort)
	}
	first := g.Cohorts
	for _, n := range g.Shards {
		groups = append(groups, first+int(g.Tenancy.Of(terminal)%uint32(n))) //nolint:gosec // a few shards
		first += n
	}
	return groups
}

// Tenants is how many tenants a fleet has.
func Tenants(fleet []Config) int {
	n := 0
	for i := range fleet {
		if fleet[i].Terminals > 0 {
			n += fleet[i].tenants()
		}
	}
	return n
}
