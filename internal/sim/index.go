package sim

// index finds entries by their sale. Most terminals have a few entries, which are
// found soonest one after the other; where one has hundreds, as of sales that wait in
// its offline queue and were sent before, all entries are indexed from then on, until
// the end of the run.
type index map[saleKey]uint32

// saleKey is a sale of the run: its terminal, then its number there.
type saleKey uint64

func keyOf(term, sale uint32) saleKey { return saleKey(term)<<32 | saleKey(sale) }

// fewEntries are as many of a terminal as are looked at one after the other.
const fewEntries = 64

// indexBytes is about what an entry takes in the index.
const indexBytes = 40

// newIndex gives the index of all entries.
func newIndex(es *entries) index {
	ix := index{}
	for x := range es.all.length {
		if e := es.at(x); e.sale != 0 { // sales count from 1, and an entry that is free has none
			ix[keyOf(e.term, e.sale)] = x
		}
	}
	return ix
}

// look finds the entry of a sale in the index, which it makes the first time.
func (r *run) look(term, sale uint32) uint32 {
	if r.index == nil {
		r.index = newIndex(&r.entries)
	}
	return r.index[keyOf(term, sale)]
}
