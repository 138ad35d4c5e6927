package plan

import (
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/retrystorm/retrystorm/reports/table"
)

// shown checks what holds of everything that is shown of any plan.
func shown(t *testing.T, p *Plan) {
	for _, width := range []int{42, 90} {
		for line := range strings.Lines(drawn(t, p, table.Style{Width: width})) {
			if w := twwidth.Width(strings.TrimSuffix(line, "\n")); w > width {
				t.Errorf("%d of %d columns: %q", w, width, line)
			}
		}
	}
	elements(t, paged(t, p))
	lines(t, p)
}
