package page

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// pictureKey explains one thing that a picture shows: a sample of it, 30 wide and
// drawn around a height of 0, and what it is.
type pictureKey struct{ sample, name string }

func lineKey(class, name string) pictureKey {
	return pictureKey{`<path class="line ` + class + `" d="M0 0H30"/>`, name}
}

// pictureKeys explains what is in the charts of these runs, and nothing else.
func pictureKeys(runs []runView, left int) []pictureKey {
	if len(runs) == 0 {
		return []pictureKey{{name: "no run has figures over time"}}
	}
	keys := []pictureKey{lineKey("s-a", "goodput"), lineKey("s-b", "attempts"), lineKey("s-n", "demand, each per second")}
	var trigger, faults, back, hurt bool
	for _, r := range runs {
		b := bandOf(r)
		trigger, faults, back = trigger || len(b.trigger) > 0, faults || len(b.faults) > 0, back || len(b.back) > 0
		hurt = hurt || tellsHurt(r.Run)
	}
	if hurt {
		keys = append(keys, lineKey("s-d", "tenants hurt (all, at the top)"))
	}
	if trigger {
		keys = append(keys, pictureKey{`<path class="trigger" d="M0-6H30V5H0Z"/>`, "trigger"})
	}
	if faults {
		keys = append(keys, pictureKey{`<path class="fault" d="M0-2H30V1H0Z"/>`, "fault or spike"})
	}
	if back {
		keys = append(keys, pictureKey{`<path class="back" d="M15-8V6"/>`, "back to normal"})
	}
	if left > 0 {
		keys = append(keys, pictureKey{name: phrase.Count(int64(left)) + " more variants are left out"})
	}
	return keys
}

// placedKeys puts keys beside each other in as many rows as the width takes.
func placedKeys(keys []pictureKey, width int) (drawn string, rows int) {
	const margin, sample, gap = 60, 36, 24
	var out strings.Builder
	x, y := margin, 0
	for _, k := range keys {
		before := 0
		if k.sample != "" {
			before = sample
		}
		// Fonts differ, and the reader's may be wider than the one measured.
		room := before + int(math.Ceil(1.1*float64(textStyle(ink{}).Width(k.name))))
		if x > margin && x+room > width-gap {
			x, y = margin, y+1
		}
		fmt.Fprintf(&out, "<g transform=\"translate(%d %d)\">%s<text x=\"%d\" y=\"4\">%s</text></g>\n", x, y*keyHeight, k.sample, before, html.EscapeString(k.name))
		x += room + gap
	}
	return out.String(), y + 1
}
