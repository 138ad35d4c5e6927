package history

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/field"
)

// fit says whether histories are the parts of one run, and all of them.
func fit(parts []*History) error {
	var errs field.Errors
	if len(parts) == 0 {
		errs.Add("parts", "are none; name the history of each process")
		return errs.Err()
	}
	for i := range parts {
		sameRun(&errs, parts, i)
	}
	wholeFleet(&errs, parts)
	oneWatch(&errs, parts)
	oneAudit(&errs, parts)
	return errs.Err()
}

// sameRun compares what parts of one run share with the first part.
func sameRun(errs *field.Errors, parts []*History, i int) {
	a, b := parts[0], parts[i]
	for _, c := range []struct {
		path      string
		got, want any
	}{
		{"seed", b.Seed, a.Seed}, {"bucket", b.Bucket, a.Bucket}, {"horizon", b.Horizon, a.Horizon},
		{"capacity", b.Capacity, a.Capacity}, {"demand", b.Demand, a.Demand}, {"varies", b.Varies, a.Varies}, {"clients", b.Clients, a.Clients},
		{"part.of", b.Part.Of, a.Part.Of},
	} {
		if c.got != c.want {
			errs.Add(field.Join(field.At("parts", i), c.path), "is %v, but that of parts[0] is %v; parts of one run have the same", c.got, c.want)
		}
	}
	if virtual := a.Generator.Cores == 0; virtual != (b.Generator.Cores == 0) {
		errs.Add(field.Join(field.At("parts", i), "generator.cores"), "is %d, but that of parts[0] is %d; time is virtual in all parts or in none", b.Generator.Cores, a.Generator.Cores)
	}
	if len(b.Buckets) != len(a.Buckets) && a.Problem == "" && b.Problem == "" {
		errs.Add(field.Join(field.At("parts", i), "buckets"), "are %d, but parts[0] has %d; both were recorded to the end", len(b.Buckets), len(a.Buckets))
	}
}

// wholeFleet checks that each shard of the fleet is in one part.
func wholeFleet(errs *field.Errors, parts []*History) {
	of := parts[0].Part.Of
	if of == 0 {
		if len(parts) > 1 {
			errs.Add("parts[0].part", "is the whole fleet, but there are %d parts; each must say which shards it drove", len(parts))
		}
		return
	}
	if of < 0 {
		errs.Add("parts[0].part.of", "is %d; must be the number of shards", of)
		return
	}
	holder := map[int]int{}
	for i, p := range parts {
		for k, shard := range p.Part.Shards {
			path := field.At(field.Join(field.At("parts", i), "part.shards"), k)
			other, taken := holder[shard]
			switch {
			case shard < 0 || shard >= of:
				errs.Add(path, "is %d; there are shards 0 to %d", shard, of-1)
			case taken:
				errs.Add(path, "is %d, which parts[%d] drove, too; the same part twice?", shard, other)
			default:
				holder[shard] = i
			}
		}
	}
	if missing := of - len(holder); missing > 0 {
		first := 0
		for ; ; first++ {
			if _, there := holder[first]; !there {
				break
			}
		}
		errs.Add("parts", "lack %d of the %d shards of the fleet, such as shard %d; name the histories of all processes", missing, of, first)
	}
}

// oneWatch checks that the backend's figures are in one part at most: two would
// be counted twice.
func oneWatch(errs *field.Errors, parts []*History) {
	first := -1
	for i, p := range parts {
		switch {
		case !p.watched():
		case first < 0:
			first = i
		default:
			errs.Add(field.At("parts", i), "watched the backend, and so did parts[%d]; one part does", first)
		}
	}
}

// watched says whether the history has figures of the backend.
func (h *History) watched() bool {
	saw := func(b Bucket) bool {
		return b.Blind || b.Queue != 0 || b.InFlight != 0 || b.Served != 0 || b.Worked != 0 || b.Wasted != 0
	}
	between := func(l Link) bool { return l.From != Fleet }
	return len(h.Nodes) > 0 || h.Wasted != 0 || slices.ContainsFunc(h.Links, between) || slices.ContainsFunc(h.Buckets, saw)
}

// oneAudit checks that audits of the whole ledger say the same.
func oneAudit(errs *field.Errors, parts []*History) {
	first := -1
	for i, p := range parts {
		switch {
		case !p.Ledger.Done || !p.Ledger.Whole:
		case first < 0:
			first = i
		case p.Ledger != parts[first].Ledger:
			errs.Add(field.Join(field.At("parts", i), "ledger"), "is an audit of the whole ledger, and so is that of parts[%d], but they differ", first)
		}
	}
}
