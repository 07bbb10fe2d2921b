package tests

import (
	"path/filepath"

	"uk"
)

// libcRows are programs that show what keeps the kernel's C library from being
// silently different from glibc.
func libcRows() []program {
	wrapped := compile("g++", "libc/wrapped.cc", []string{"-fno-builtin", "-lwrapmalloc"}, lib{"libwrapmalloc.so", "libc/wrapmalloc.cc", nil})
	rows := []program{
		{name: "libc-ownmalloc", build: c("libc/ownmalloc.c"), tcg: true},
		{name: "libc-wrapmalloc", build: wrapped},
		{name: "libc-lookup", build: c("libc/lookup.c", "-rdynamic"), kernel: uk.Options{Libc: "kernel"}},
	}
	for name, file := range map[string]string{"jemalloc": "libjemalloc.so.2", "tcmalloc": "libtcmalloc_minimal.so.4", "mimalloc": "libmimalloc.so.2"} {
		file = filepath.Join("/usr/lib/x86_64-linux-gnu", file)
		rows = append(rows, program{name: "libc-" + name, build: cxx("libc/allocator.cc", "-fno-builtin", file), cpus: 2, tcg: name == "jemalloc"})
	}
	return rows
}
