package history

// Merge adds the buckets of parts of one run, bucket by bucket. The parts
// share the bucket length; the longest sets the number of buckets.
func Merge(parts ...[]Bucket) []Bucket {
	n := 0
	for _, p := range parts {
		n = max(n, len(p))
	}
	sum := make([]Bucket, n)
	for _, p := range parts {
		for i := range p {
			sum[i].Add(&p[i])
		}
	}
	return sum
}

// Add counts o into b.
func (b *Bucket) Add(o *Bucket) {
	b.Demand += o.Demand
	b.Attempts += o.Attempts
	b.Good += o.Good
	b.Late += o.Late
	b.Failed += o.Failed
	b.Parked += o.Parked
	b.TurnedAway += o.TurnedAway
	b.Outcomes.Add(&o.Outcomes)
	b.Latency.Merge(&o.Latency)
	b.Attempt.Merge(&o.Attempt)
	b.Queue += o.Queue
	b.InFlight += o.InFlight
	b.Pending += o.Pending
	b.Unsynced += o.Unsynced
	b.Hurt += o.Hurt
	b.Red += o.Red
	b.Served += o.Served
	b.Worked += o.Worked
	b.Wasted += o.Wasted
	b.Blind = b.Blind || o.Blind
}

// Sum adds up the buckets from index lo up to, not including, hi.
func Sum(buckets []Bucket, lo, hi int) Bucket {
	var sum Bucket
	for i := max(lo, 0); i < min(hi, len(buckets)); i++ {
		sum.Add(&buckets[i])
	}
	return sum
}

// Clone gives a copy that shares nothing.
func (b *Bucket) Clone() Bucket {
	c := *b
	c.Latency, c.Attempt = b.Latency.Clone(), b.Attempt.Clone()
	return c
}
