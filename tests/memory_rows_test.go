package tests

import (
	"strings"
	"testing"
)

// memoryRows are programs about memory and mapped files (kernel/mm).
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
		{name: "memory-areas", build: c("memory/areas.c"), tcg: true},
		{name: "memory-limits", build: c("memory/limits.c"), memory: 300 * mb, tcg: true},
		{name: "memory-limits-static", build: compile("gcc", "memory/limits.c", static), memory: 300 * mb},
		{name: "memory-full", build: c("memory/full.c"), memory: 24 * mb, check: endsFilled},
		{name: "memory-full-static-cpus2", build: compile("gcc", "memory/full.c", static), memory: 24 * mb, cpus: 2, tcg: true, check: endsFilled},
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
