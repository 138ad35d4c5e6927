package replica

// conflicts counts the records that both sides write while they are apart, by different
// sales.
type conflicts struct {
	apart   bool
	records [2]map[Record]Sale // written while apart: by whom first
	clashed map[Record]bool    // written on both sides by different sales
	count   int64
}

// together forgets what was written: from now on both sides have all there is.
func (c *conflicts) together() {
	c.apart = false
	c.records = [2]map[Record]Sale{{}, {}}
	c.clashed = map[Record]bool{}
}

// write notes a sale that one side has taken for the first time. What the copy takes by
// itself parts the two. record may be nil.
func (c *conflicts) write(side Side, s Sale, record *Record) {
	c.apart = c.apart || side == Copy
	if !c.apart || record == nil {
		return
	}
	r := *record
	if other, both := c.records[1-side][r]; both && other != s && !c.clashed[r] {
		c.clashed[r] = true
		c.count++
	}
	if _, had := c.records[side][r]; !had {
		c.records[side][r] = s
	}
}
