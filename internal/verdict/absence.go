package verdict

import "github.com/retrystorm/retrystorm/internal/history"

// cut is one window: the buckets from lo up to, not including, hi.
type cut struct {
	lo, hi  int
	demand  int64
	healthy bool // no figure is slightly outside the band
	Window
}

// cuts divides the buckets from lo up to hi into windows of size buckets each.
// What is left at the end belongs to the last one, so that none is too short
// to judge; a stretch shorter than a window is one window of its own.
func cuts(h *history.History, b band, lo, hi, size int) []cut {
	var out []cut
	for lo < hi {
		end := lo + size
		if hi-end < size {
			end = hi
		}
		t := measure(h, lo, end)
		c := cut{lo: lo, hi: end, demand: t.demand, Window: t.window(h)}
		c.healthy = !b.outside(t, slightly)
		c.Window.Healthy = c.healthy
		out = append(out, c)
		lo = end
	}
	return out
}

// absence is a stay outside the band: from the first window outside up to the
// first one of the return, or the number of windows if there was none.
type absence struct{ from, back int }

// absences walks through the windows, beginning inside the band.
//
//	inside   two unhealthy windows in a row, together clearly outside;
//	         or one in which goodput is clearly below half of demand  → outside
//	outside  hold healthy windows in a row, together exactly inside   → inside
//
// So one bad window is no relapse and one good window no recovery. A window in
// which no customer came proves nothing either way and is skipped.
func absences(h *history.History, b band, ws []cut, hold int) []absence {
	w := walk{h: h, band: b, ws: ws, hold: hold}
	for i := range ws {
		switch {
		case ws[i].demand == 0:
		case w.away:
			w.outside(i)
		default:
			w.inside(i)
		}
	}
	return w.found
}

// walk is the state of absences between two windows.
type walk struct {
	h     *history.History
	band  band
	ws    []cut
	hold  int
	away  bool
	run   *tally // inside: the unhealthy windows up to here
	first int    // the first of them
	count int    // how many
	good  []int  // outside: the healthy windows up to here
	found []absence
}

func (w *walk) inside(i int) {
	if w.ws[i].healthy {
		w.run, w.count = nil, 0
		return
	}
	if w.run == nil {
		w.run, w.first = measure(w.h, w.ws[i].lo, w.ws[i].lo), i
	}
	w.run.extend(w.h, w.ws[i].hi)
	w.count++
	if w.count >= 2 && w.band.outside(w.run, clearly) || w.band.halved(w.run) {
		w.found = append(w.found, absence{from: w.first, back: len(w.ws)})
		w.away, w.run, w.count = true, nil, 0
	}
}

func (w *walk) outside(i int) {
	if !w.ws[i].healthy {
		w.good = nil
		return
	}
	w.good = append(w.good, i)
	n := len(w.good) - w.hold
	if n < 0 {
		return
	}
	from := w.good[n]
	if !w.band.outside(measure(w.h, w.ws[from].lo, w.ws[i].hi), exactly) {
		w.found[len(w.found)-1].back = from
		w.away, w.good = false, nil
	}
}

// drift finds what single windows are too short to show: the last third of the
// final stay inside, taken together, is clearly outside the band. It gives
// the first window of that, or the number of windows.
func drift(h *history.History, b band, ws []cut, stay, post, hold int) int {
	from := max(stay, len(ws)-(len(ws)-post)/3)
	if len(ws)-from < hold {
		from = max(stay, len(ws)-hold)
	}
	if from >= len(ws) || !b.outside(measure(h, ws[from].lo, ws[len(ws)-1].hi), clearly) {
		return len(ws)
	}
	return from
}
