package verdict

import (
	"cmp"

	"github.com/retrystorm/retrystorm/internal/history"
)

// disturbances lists what happened to a run that its plan did not order, or did
// not happen though it did. Each makes the run invalid, whenever it happened: no
// figure tells what the run would have shown without it.
func disturbances(h *history.History) []string {
	out := append([]string(nil), h.Disturbed...)
	for _, f := range h.Faults {
		switch {
		case !f.Applied:
			out = append(out, because("the fault "+name(f)+" did not take hold", f.Failure))
		case !f.Removed && !f.Endless:
			out = append(out, because("the fault "+name(f)+" was not removed", f.Failure))
		}
	}
	// Of a run that did not come to its end, a ledger that was never read says
	// nothing more. A backend that has none is not one whose ledger went away.
	if a := h.Ledger; !a.Done && !a.None && h.Problem == "" {
		out = append(out, because("the ledger could not be read", h.Ledger.Failure))
	}
	return out
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func name(f history.Fault) string {
	where := cmp.Or(f.Node, f.Link)
	if where == "" {
		return f.Kind
	}
	return f.Kind + " on " + where
}
