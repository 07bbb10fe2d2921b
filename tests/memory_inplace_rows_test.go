package tests

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"uk.example"
	"uk.example/internal/build"
)

// inPlaceRows map a large file of the image, which the built-in runner has in the guest's memory and QEMU on a disk.
func inPlaceRows() []program {
	host := func(dir string) []string { return []string{filepath.Join(dir, "prog"), filepath.Join(dir, "large")} }
	return []program{
		{name: "memory-inplace", build: inPlace(""), host: host, tcg: true},
		{name: "memory-inplace-static-cpus2", build: inPlace("", "-static"), host: host, cpus: 2},
		{name: "memory-inplace-little", build: inPlace(""), host: host, memory: 24 * mb, tcg: true},
		{name: "memory-inplace-overlay", build: inPlace("[kernel]\noverlay = memory\n"), host: host},
		{name: "memory-inplace-osv", build: inPlace(""), host: host, kernel: uk.Options{Format: build.FormatRofs1}},
	}
}

// inPlace is a program and a file of some pieces of 2 MB, of which the last is cut short, with the contents that
// memory/inplace.c knows.
func inPlace(more string, flags ...string) func(t *testing.T, dir string) string {
	return func(t *testing.T, dir string) string {
		large := make([]byte, 9<<20+1234)
		for i := range large {
			large[i] = byte(i*7 + i>>12*13 + i>>21)
		}
		manifest := filepath.Join(dir, "usr.manifest")
		err := errors.Join(
			os.Rename(compile("gcc", "memory/inplace.c", flags)(t, dir), filepath.Join(dir, "prog")),
			os.WriteFile(filepath.Join(dir, "large"), large, 0o644),
			os.WriteFile(manifest, []byte("/prog: prog\n/large: large\n[app]\ncommand = /prog /large\n"+more), 0o644))
		if err != nil {
			t.Fatal(err)
		}
		return manifest
	}
}
