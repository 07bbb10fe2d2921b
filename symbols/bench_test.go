package symbols

import (
	"testing"

	"uk.example/internal/testenv"
)

// benchFiles are what a warm build reads for some programs.
var benchFiles = []string{
	"/usr/lib/x86_64-linux-gnu/libcrypto.so.3", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0",
	"/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/bin/busybox", "/usr/bin/lua5.4",
}

func BenchmarkAnalyze(b *testing.B) {
	for _, p := range benchFiles {
		b.Run(p, func(b *testing.B) {
			p := testenv.MustHaveFile(b, p)
			for b.Loop() {
				if _, err := Analyze([]Input{{Guest: p, Host: p}}, Options{Exported: exported("puts", "dlsym", "qsort")}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScanSyscalls(b *testing.B) {
	for _, p := range benchFiles {
		b.Run(p, func(b *testing.B) {
			p := testenv.MustHaveFile(b, p)
			for b.Loop() {
				f, err := OpenELF(p)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := ScanSyscalls(f, p); err != nil {
					b.Fatal(err)
				}
				f.Close()
			}
		})
	}
}
