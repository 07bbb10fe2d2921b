package tests

import (
	"strings"
	"testing"

	"uk.example"
)

// memoryRows are programs about memory and mapped files (kernel/core/mm).
func memoryRows() []program {
	static := []string{"-static", "-pthread"}
	rows := []program{
		{name: "memory-filecut", build: c("memory/filecut.c"), tcg: true},
		{name: "memory-filecut-static-cpus2", build: compile("gcc", "memory/filecut.c", static), cpus: 2, tcg: true},
		{name: "memory-mapping", build: c("memory/mapping.c"), tcg: true},
		{name: "memory-mapping-static", build: compile("gcc", "memory/mapping.c", static)},
		{name: "memory-locked", build: c("memory/locked.c"), tcg: true},
		{name: "memory-locked-static", build: compile("gcc", "memory/locked.c", static)},
		{name: "memory-lost-cpus2", build: c("memory/lost.c"), cpus: 2, tcg: true},
		{name: "memory-lost-static", build: compile("gcc", "memory/lost.c", static), tcg: true},
		{name: "memory-break", build: c("memory/break.c"), tcg: true},
		{name: "memory-break-static", build: compile("gcc", "memory/break.c", static)},
		{name: "memory-kernelptr-static", build: compile("gcc", "memory/kernelptr.c", static), tcg: true},
		{name: "memory-stale", build: c("memory/stale.c"), tcg: true},
		{name: "memory-stale-cpus2", build: c("memory/stale.c"), cpus: 2, tcg: true},
		{name: "memory-readexec", build: c("memory/readexec.c"), tcg: true},
		{name: "memory-readexec-static", build: compile("gcc", "memory/readexec.c", static)},
		{name: "memory-populated", build: c("memory/populated.c"), tcg: true},
		{name: "memory-populated-static-cpus2", build: compile("gcc", "memory/populated.c", static), cpus: 2, tcg: true},
		{name: "memory-newstack", build: c("memory/newstack.c"), tcg: true},
		{name: "memory-areas", build: c("memory/areas.c"), tcg: true},
		{name: "memory-datawalk", build: c("memory/datawalk.c"), tcg: true},
		{name: "memory-datawalk-static-cpus2", build: compile("gcc", "memory/datawalk.c", static), cpus: 2, tcg: true},
		{name: "memory-limits", build: c("memory/limits.c"), memory: 300 * mb, tcg: true},
		{name: "memory-limits-static", build: compile("gcc", "memory/limits.c", static), memory: 300 * mb},
		{name: "memory-full", build: c("memory/full.c"), memory: 24 * mb, check: endsFilled},
		{name: "memory-full-static-cpus2", build: compile("gcc", "memory/full.c", static), memory: 24 * mb, cpus: 2, tcg: true, check: endsFilled},
	}
	rows = append(rows, bigFileRows()...)
	rows = append(rows, inPlaceRows()...)
	limits := []string{"stack=16777216:33554432", "nofile=20:30", "fsize=100000", "core=0", "nice=25", "rtprio=3"}
	for name, build := range map[string]func(*testing.T, string) string{
		"memory-ulimits": c("memory/ulimits.c"), "memory-ulimits-static": compile("gcc", "memory/ulimits.c", static),
	} {
		rows = append(rows, program{name: name, build: build, kernel: uk.Options{Ulimits: limits}, tcg: true,
			check: func(t *testing.T, out string) {
				if out != limited {
					t.Errorf("%s", difference(limited, out))
				}
			}})
	}
	for _, kind := range []string{"heap", "sparse", "copies", "shared", "stacks", "kernel"} {
		for name, build := range map[string]func(*testing.T, string) string{
			"": c("memory/oom.c"), "-static": compile("gcc", "memory/oom.c", static),
		} {
			rows = append(rows, program{name: "memory-oom-" + kind + name, build: build, args: []string{kind},
				memory: 16 * mb, status: 137, tcg: kind == "heap", check: func(t *testing.T, out string) {
					if out != "begin\n" {
						t.Errorf("got %q", out)
					}
				}})
		}
	}
	return rows
}

// limited is what memory/ulimits.c says, on Linux under prlimit(1) too. No test can count on the rights for that.
const limited = `stack 16777216 33554432
nofile 20 30
fsize 100000 100000
core 0 0
nice 25 25
rtprio 3 3
stack of a thread 1
one more: Too many open files
last 19
nice 0: done
nice -5: done
nice -6: Permission denied
SCHED_RR 3: done
SCHED_RR 4: Operation not permitted
SCHED_FIFO 2: done
higher: Operation not permitted
lower: done
`

// endsFilled judges memory/full.c: whatever fails for want of memory, it goes on to its end.
func endsFilled(t *testing.T, out string) {
	for _, want := range []string{
		"full: ENOSPC\n/tmp: all of its size 1, nothing free 1 1, map of it 1\nfull: ENOSPC\n",
		"more: ENOSPC\npipes again 100\nthreads: enough\nfull: ENOSPC\nfilled again 1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
