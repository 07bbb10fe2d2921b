package tests

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// procRows are programs that ask /proc and /sys. What they are compared with was made by a run by root on Linux 6.18.
func procRows() []program {
	rows := []program{}
	self := []string{"stat", "statm", "status", "smaps", "smaps_rollup", "limits", "oom_score", "oom_score_adj", "oom_adj", "personality", "timerslack_ns",
		"timens_offsets", "wchan", "cgroup", "uid_map", "setgroups", "task/1/children", "comm", "maps", "mountstats", "mountinfo", "mounts"}
	for i := range self {
		self[i] = "/proc/self/" + self[i]
	}
	machine := []string{"/proc/stat", "/proc/uptime", "/proc/loadavg", "/proc/meminfo", "/proc/vmstat", "/proc/buddyinfo", "/proc/modules",
		"/proc/swaps", "/sys/devices/system/cpu/cpu0/topology/core_id", "/sys/devices/system/cpu/cpu0/topology/package_cpus",
		"/sys/devices/system/cpu/cpu1/topology/core_id", "/sys/devices/system/cpu/offline", "/sys/devices/system/node/node0/meminfo",
		"/sys/devices/system/node/node0/cpulist", "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"}
	for _, p := range []program{
		{name: "shapes", args: append(self, machine...), tcg: true},
		{name: "settings", memory: 256 << 20},
		{name: "errors", tcg: true},
		{name: "self", tcg: true},
		{name: "io"},
		{name: "access", tcg: true},
	} {
		p.golden = "programs/proc/" + p.name + ".golden"
		p.name, p.build = "proc-"+p.name, c("proc/"+p.name+".c")
		rows = append(rows, p)
	}
	for name, build := range map[string]builder{"proc-deleted": c("proc/deleted.c", "-w"), "proc-deleted-static": c("proc/deleted.c", "-w", "-static"),
		"proc-nowhere": c("proc/nowhere.c", "-w", "-pthread"), "proc-fdinfo": c("proc/fdinfo.c", "-w"),
		"proc-vmflags": c("proc/vmflags.c")} {
		rows = append(rows, program{name: name, build: build, tcg: true})
	}
	// Kernels without threads have one processor, and no list of them.
	alone := []string{"/proc/uptime", "/proc/loadavg", "/proc/cpuinfo", "/proc/interrupts", "/sys/devices/system/cpu/cpu0/cache/index0/id", "/proc/stat"}
	return append(rows, program{name: "proc-alone", build: c("fs/show.c"), args: alone, tcg: true, check: func(t *testing.T, out string) {
		if !strings.Contains(out, "\ncpu0 ") || !strings.Contains(out, "LOC:") {
			t.Errorf("got %q", out)
		}
	}})
}

// TestProcASLR: the setting says whether addresses are random in this run.
func TestProcASLR(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	p := &program{name: "proc-aslr", build: c("fs/show.c"), args: []string{"/proc/sys/kernel/randomize_va_space"}, check: func(*testing.T, string) {}}
	img := prepare(t, p).img
	for aslr, want := range map[string]string{"": "2", "on": "2", "7": "2", "off": "0"} {
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		var out bytes.Buffer
		if st, err := img.Run(ctx, uk.RunOptions{Stdout: &out, ASLR: aslr, Args: p.args}); err != nil || st.ExitCode() != 0 {
			t.Fatal(st, err)
		}
		if got := out.String(); got != "/proc/sys/kernel/randomize_va_space 2 "+want+"\n\n" {
			t.Errorf("ASLR %q: got %q", aslr, got)
		}
	}
}

// TestConstantPaths: a program of Go gets all of /proc, /sys and /tmp once something besides the runtime can open files. All
// but the runtime's files of the first two are in a module, as long as there is no other code.
func TestConstantPaths(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	pie := []string{"-buildmode=pie", "-ldflags=-linkmode=external"}
	for _, tt := range []struct {
		name    string
		build   builder
		options uk.Options
		all     bool
		module  bool
	}{
		{name: "exits", build: golang("go/exits", false)},
		{name: "exits-pie", build: golang("go/exits", true, pie...)},
		{name: "files", build: golang("go/files", false), all: true, module: true},
		{name: "files-pie", build: golang("go/files", true, pie...), all: true, module: true},
		{name: "built-in", build: golang("go/files", false), options: uk.Options{Drivers: []string{"proc"}}, all: true},
		{name: "few", build: c("fs/show.c"), options: uk.Options{Drivers: []string{"-proc"}}, all: true, module: true},
		{name: "cwd", build: golang("go/exits", false), options: uk.Options{Cwd: "/tmp"}, all: true, module: true},
		{name: "asked", build: golang("go/exits", false), options: uk.Options{Syscalls: []string{"auto", "stat"}}, all: true, module: true},
		{name: "c", build: c("fs/show.c"), all: true},
	} {
		p := &program{name: "paths-" + tt.name, build: tt.build, kernel: tt.options, check: func(*testing.T, string) {}}
		syms, err := os.ReadFile(prepare(t, p).img.SymbolFile())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{" procnode_meminfo\n", " fsmount_tmp\n", " procnode_settings\n"} {
			want := tt.all && !(tt.module && strings.Contains(name, "procnode"))
			if got := bytes.Contains(syms, []byte(name)); got != want {
				t.Errorf("%s: that the kernel has%q is %v", tt.name, name, got)
			}
		}
		for _, name := range []string{" procnode_self_cgroup\n", " procnode_huge_pages\n"} {
			if !bytes.Contains(syms, []byte(name)) {
				t.Errorf("%s: the kernel lacks%q", tt.name, name)
			}
		}
	}
}
