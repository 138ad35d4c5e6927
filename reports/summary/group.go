package summary

import (
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// hurtCell says how far the harm went, of a run whose tenants are told apart.
func hurtCell(_ *reports.Variant, r *reports.Run) string {
	if r.Blast == nil || len(r.Groups) == 0 {
		return ""
	}
	return phrase.Share(&r.Blast.Share) + " of " + phrase.Count(r.Blast.Tenants) + worst(r.Groups)
}

// worst names the groups that did not pass.
func worst(groups []reports.Group) string {
	var names []string
	for i := range groups {
		if g := &groups[i]; !g.Kind.Passes() {
			names = append(names, g.Name+" "+g.Kind.String())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; " + strings.Join(names, ", ")
}
