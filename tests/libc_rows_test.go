package tests

import (
	"path/filepath"

	"uk.example"
)

const jemalloc = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"

// libcRows are programs that show what keeps the kernel's C library from being
// silently different from glibc.
func libcRows() []program {
	wrapped := compile("g++", "libc/wrapped.cc", []string{"-fno-builtin", "-lwrapmalloc"}, lib{"libwrapmalloc.so", "libc/wrapmalloc.cc", nil})
	zone := []string{"TZ=America/New_York"}
	preload := "LD_PRELOAD=" + jemalloc
	rows := []program{
		{name: "libc-companions", build: c("libc/companions.c"), env: zone, kernel: uk.Options{Libc: "image", RunEnv: zone}},
		{name: "libc-zone", build: c("libc/zone.c"), env: zone, kernel: uk.Options{Libc: "kernel", RunEnv: zone}},
		{name: "libc-zone-static", build: c("libc/zone.c", "-static", "-DSTATIC"), env: zone, kernel: uk.Options{RunEnv: zone}},
		{name: "libc-preload", build: cxx("libc/allocator.cc", "-fno-builtin"), env: []string{preload}, kernel: uk.Options{RunEnv: []string{preload}}},
		{name: "libc-ownmalloc", build: c("libc/ownmalloc.c"), tcg: true},
		{name: "libc-wrapmalloc", build: wrapped},
		{name: "libc-exactmath", build: c("libc/exactmath.c", "-fno-builtin"), kernel: uk.Options{Libc: "kernel"}},
		{name: "libc-mathnames", build: c("libc/mathnames.c", "-fno-builtin"), kernel: uk.Options{Libc: "kernel"}},
		{name: "libc-hostmath", build: c("libc/hostmath.c", "-fno-builtin", "-lcrypt")}, // not under TCG: its x87 has other last bits,
		{name: "libc-throwncompare", build: cxx("libc/throwncompare.cc", "-fno-builtin")},
		{name: "libc-throwthrough", build: cxx("libc/throwthrough.cc", "-O2", "-fno-builtin", "-w"), tcg: true},
		{name: "libc-cxxcancel", build: cxx("libc/cxxcancel.cc", "-O2", "-w"), tcg: true, cpus: 2},
		{name: "libc-lookup", build: c("libc/lookup.c", "-rdynamic"), kernel: uk.Options{Libc: "kernel"}},
	}
	for name, file := range map[string]string{"jemalloc": "libjemalloc.so.2", "tcmalloc": "libtcmalloc_minimal.so.4", "mimalloc": "libmimalloc.so.2"} {
		file = filepath.Join("/usr/lib/x86_64-linux-gnu", file)
		rows = append(rows, program{name: "libc-" + name, build: cxx("libc/allocator.cc", "-fno-builtin", file), cpus: 2, tcg: name == "jemalloc"})
	}
	return rows
}
