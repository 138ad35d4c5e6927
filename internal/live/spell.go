package live

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// logo keeps when the logo of a terminal was red.
func (s *Shard) logo(u *unit, n history.Note) {
	switch n.Logo {
	case history.TurnedRed:
		u.reds = append(u.reds, s.spell(u, n.At))
	case history.TurnedBlue:
		u.reds[len(u.reds)-1].To = n.At
	}
}

// harm keeps when a terminal had hurt its tenant.
func (s *Shard) harm(u *unit, n history.Note) {
	k := len(u.hurt)
	is := k > 0 && u.hurt[k-1].To == math.MaxInt64
	switch h := n.Harm(); {
	case h == history.Hurts && !is:
		u.hurt = append(u.hurt, s.spell(u, n.At))
	case h == history.Heals && is:
		u.hurt[k-1].To = n.At
	}
}

// spell is one of a terminal's tenant that begins at a moment.
func (s *Shard) spell(u *unit, at time.Duration) history.Spell {
	return history.Spell{Tenant: s.tenancy.Of(u.id), Span: history.Span{From: at, To: math.MaxInt64}}
}
