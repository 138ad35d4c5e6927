package live

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// anyLedger draws entries of terminals that sold and of some that did not.
func anyLedger(t *rapid.T, terminals int) []protocol.Entry {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) protocol.Entry {
		return protocol.Entry{
			Terminal: rapid.Uint32Range(0, uint32(terminals+3)).Draw(t, "terminal"), Sale: rapid.Uint32Range(0, 4).Draw(t, "sale"),
			SoldAt: time.Duration(rapid.IntRange(0, 1).Draw(t, "sold")), Copies: rapid.IntRange(1, 3).Draw(t, "copies"),
		}
	}), 0, 40).Draw(t, "ledger")
}

// Each process that drove a part of the fleet reads the ledger and knows its own
// terminals only.
func TestAuditsOfPartsAddUpToThatOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 4).Draw(t, "shards")
		terminals := rapid.IntRange(1, 12).Draw(t, "terminals")
		shards := make([]Outcome, of)
		for n := range terminals {
			var sales []Belief
			for range rapid.IntRange(0, 3).Draw(t, "sales") {
				sales = append(sales, Belief{Acknowledged: rapid.Bool().Draw(t, "acknowledged")})
			}
			shards[n%of].Terminals = append(shards[n%of].Terminals, Account{Terminal: uint32(n), Sales: sales})
		}
		ledger := anyLedger(t, terminals)
		audit := func(a *Auditor) history.Audit {
			for _, e := range ledger {
				a.Entry(e)
			}
			return a.Finish()
		}
		var parts []*history.History
		for k := range of {
			p := history.Part{Of: of, Shards: []int{k}}
			parts = append(parts, &history.History{Part: p, Ledger: audit(NewAuditor(shards[k]).Only(p))})
		}
		joined, err := history.Join(parts...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(audit(NewAuditor(shards...)), joined.Ledger); diff != "" {
			t.Fatalf("-whole +parts:\n%s", diff)
		}
	})
}
