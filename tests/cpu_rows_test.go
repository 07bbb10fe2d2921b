package tests

import "uk.example"

// cpuRows are programs about clocks and processors.
func cpuRows() []program {
	vdso, calls := "cpu/vdso.c", "cpu/timecalls.c"
	image := uk.Options{Libc: "image"}
	return []program{
		{name: "cpu-vdso-static", build: c(vdso, "-O1", "-static", "-pthread"), tcg: true},
		{name: "cpu-vdso-staticpie", build: c(vdso, "-O1", "-static-pie", "-pthread")},
		{name: "cpu-vdso-image", build: c(vdso, "-O1", "-pthread"), kernel: image, cpus: 2, tcg: true},
		{name: "cpu-timecalls", build: c(calls, "-O1", "-static", "-pthread"), tcg: true},
		{name: "cpu-affinity", build: c("cpu/affinity.c", "-pthread")},
		{name: "cpu-affinity-cpus2", build: c("cpu/affinity.c", "-static", "-pthread"), cpus: 2, tcg: true},
		{name: "cpu-affinity-cpus4", build: c("cpu/affinity.c", "-pthread"), cpus: 4},
		{name: "cpu-timecalls-libc", build: c(calls, "-O1", "-DLIBC", "-pthread"), cpus: 2},
		{name: "cpu-wakeups", build: c("cpu/wakeups.c", "-pthread")},
		{name: "cpu-wakeups-static-cpus2", build: c("cpu/wakeups.c", "-static", "-pthread"), cpus: 2, tcg: true},
		{name: "cpu-wakeups-cpus4", build: c("cpu/wakeups.c", "-pthread"), cpus: 4, tcg: true},
		{name: "cpu-shares", build: c("cpu/shares.c", "-O1", "-pthread")},
		{name: "cpu-shares-static-cpus2", build: c("cpu/shares.c", "-O1", "-static", "-pthread"), cpus: 2},
		{name: "cpu-realtime", build: c("cpu/realtime.c", "-pthread"), golden: "programs/cpu/realtime.golden", tcg: true},
		{name: "cpu-realtime-static-cpus2", build: c("cpu/realtime.c", "-static", "-pthread"), golden: "programs/cpu/realtime.golden", cpus: 2},
		{name: "cpu-spinning-cpus4", build: c("cpu/spinning.c", "-pthread"), cpus: 4, tcg: true},
		{name: "cpu-spinning-static-cpus2", build: c("cpu/spinning.c", "-static", "-pthread"), cpus: 2},
	}
}
