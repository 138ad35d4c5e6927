package harness

import "github.com/moby/moby/api/types/container"

// cfsPeriod is the period of the CFS quota, in microseconds: the kernel's usual.
const cfsPeriod = 100_000

// quota gives the update that allows cpus processors, or all if zero, to a
// container made with own. Docker lets only those change in NanoCPUs that were
// made with it, and takes a zero there for "as before".
func quota(own, cpus float64) container.Resources {
	switch {
	case own > 0:
		return container.Resources{NanoCPUs: int64(cpus * 1e9)}
	case cpus > 0:
		return container.Resources{CPUPeriod: cfsPeriod, CPUQuota: int64(cpus * cfsPeriod)}
	}
	return container.Resources{CPUPeriod: cfsPeriod, CPUQuota: -1}
}

// allowed reads back what quota and the making of the container set.
func allowed(r container.Resources) float64 {
	switch {
	case r.NanoCPUs > 0:
		return float64(r.NanoCPUs) / 1e9
	case r.CPUQuota > 0 && r.CPUPeriod > 0:
		return float64(r.CPUQuota) / float64(r.CPUPeriod)
	}
	return 0
}
