package fakes

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// quota gives the processors that the cgroup of this process allows; zero if
// there is no bound or it cannot be read. root is the root of the file system.
//
// A process on the host finds its own group under the path that
// /proc/self/cgroup tells; in a container that path may be the host's, and the
// group is what is mounted at the top. The files: the kernel's
// Documentation/admin-guide/cgroup-v2.rst (cpu.max) and
// Documentation/scheduler/sched-bwc.rst (cpu.cfs_quota_us).
func quota(root fs.FS) float64 {
	v1, v2 := groups(text(root, "proc/self/cgroup"))
	for _, dir := range []string{v1, ""} {
		dir = path.Join("sys/fs/cgroup/cpu", dir)
		q := text(root, dir+"/cpu.cfs_quota_us")
		if n := processors(q, text(root, dir+"/cpu.cfs_period_us")); n > 0 {
			return n
		}
	}
	for _, dir := range []string{v2, ""} {
		q, period, _ := strings.Cut(text(root, path.Join("sys/fs/cgroup", dir, "cpu.max")), " ")
		if n := processors(q, period); n > 0 {
			return n
		}
	}
	return 0
}

// text gives what a file holds, empty if it cannot be read.
func text(root fs.FS, name string) string {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// processors divides a quota by its period; zero if there is none, which is
// -1 in version 1 and max in version 2.
func processors(quota, period string) float64 {
	q, errQ := strconv.ParseFloat(quota, 64)
	p, errP := strconv.ParseFloat(period, 64)
	if errQ != nil || errP != nil || q <= 0 || p <= 0 {
		return 0
	}
	return q / p
}

// groups reads /proc/self/cgroup: the process's path in the cpu hierarchy of
// version 1 and in version 2.
func groups(cgroup string) (v1, v2 string) {
	for line := range strings.Lines(cgroup) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		if parts[0] == "0" && parts[1] == "" {
			v2 = parts[2]
		}
		for controller := range strings.SplitSeq(parts[1], ",") {
			if controller == "cpu" {
				v1 = parts[2]
			}
		}
	}
	return v1, v2
}
