package history

// AuditCount counts what ledgers hold and what terminals have been told, for an audit
// of both: one set of rules, whether the entries are counted as they are made or read
// from the ledgers afterwards. The zero AuditCount has counted nothing.
type AuditCount struct {
	Sales        int64 // that are in a ledger
	Entries      int64 // in all ledgers, copies included
	Acknowledged int64 // sales that a terminal was told of
	Lost         int64 // of those, the ones that are in no ledger
	Misdated     int64 // sales that were recorded with the date of another day
}

// Record counts entries of a sale, of which the first may be the first in any ledger.
func (c *AuditCount) Record(entries int64, first bool) {
	c.Entries += entries
	if first {
		c.Sales++
	}
}

// Remove takes an entry back that a crash has lost: the last of its sale in any ledger,
// or one of several.
func (c *AuditCount) Remove(last, acknowledged bool) {
	c.Entries--
	if !last {
		return
	}
	c.Sales--
	if acknowledged {
		c.Lost++
	}
}

// Acknowledge counts a sale that its terminal was told of, and that is in a ledger or not.
func (c *AuditCount) Acknowledge(recorded bool) {
	c.Acknowledged++
	if !recorded {
		c.Lost++
	}
}

// Audit is what the counts come to. All entries of a sale but one are duplicates; a
// sale in a ledger that no terminal was told of is unknown.
func (c *AuditCount) Audit() Audit {
	return Audit{
		Done: true, Entries: c.Entries, Duplicated: c.Entries - c.Sales, Lost: c.Lost,
		Unknown: c.Sales - (c.Acknowledged - c.Lost), Misdated: c.Misdated,
	}
}
