package fakes

import (
	"testing"
	"testing/fstest"
)

func TestQuotaIsReadFromTheGroup(t *testing.T) {
	const v1Group = "5:cpuset:/\n4:cpu,cpuacct:/docker/ab\n0::/\n"
	for name, tt := range map[string]struct {
		files map[string]string
		want  float64
	}{
		"nothing there": {nil, 0},
		"v1, container": {map[string]string{
			"proc/self/cgroup":                    v1Group,
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "20000\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
		}, 0.2},
		"v1, on the host": {map[string]string{
			"proc/self/cgroup": v1Group,
			"sys/fs/cgroup/cpu/docker/ab/cpu.cfs_quota_us":  "150000\n",
			"sys/fs/cgroup/cpu/docker/ab/cpu.cfs_period_us": "100000\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":            "-1\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us":           "100000\n",
		}, 1.5},
		"v1, unbounded": {map[string]string{
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "-1\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
		}, 0},
		"v2, container": {map[string]string{
			"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n",
		}, 0.5},
		"v2, on the host": {map[string]string{
			"proc/self/cgroup": "0::/run/a\n", "sys/fs/cgroup/run/a/cpu.max": "200000 100000\n",
		}, 2},
		"v2, unbounded": {map[string]string{"sys/fs/cgroup/cpu.max": "max 100000\n"}, 0},
		"nonsense":      {map[string]string{"sys/fs/cgroup/cpu.max": "many\n", "proc/self/cgroup": "x\n"}, 0},
		"no period": {map[string]string{
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "20000\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "0\n",
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{}
			for path, text := range tt.files {
				root[path] = &fstest.MapFile{Data: []byte(text)}
			}
			if got := quota(root); got != tt.want {
				t.Errorf("quota %v, want %v", got, tt.want)
			}
		})
	}
}
