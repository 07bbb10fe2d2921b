package tests

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const bigFileRead = "private 0, shared 0, code 0, in pieces 0, read 0, written 0, two threads 0, copies 0 wrong\n"

// bigFile makes a file for memory/bigfile.c, with data in one page of each "every".
func bigFile(t *testing.T, name string, size, every int64) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const page = 4096
	data := make([]byte, page)
	for at := int64(0); at < size; at += every * page {
		binary.LittleEndian.PutUint64(data, uint64(at/8))
		if _, err := f.WriteAt(data, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
}

// bigFileInRoot packs memory/bigfile.c with such files, which its image's disk has.
func bigFileInRoot(flags ...string) builder {
	return func(t *testing.T, dir string) string {
		if err := os.Rename(c("memory/bigfile.c", flags...)(t, dir), filepath.Join(dir, "prog")); err != nil {
			t.Fatal(err)
		}
		bigFile(t, filepath.Join(dir, "big"), 40*mb, 1)
		bigFile(t, filepath.Join(dir, "holes"), 40*mb, 16)
		manifest := filepath.Join(dir, "usr.manifest")
		text := "/prog: prog\n/big: big\n/holes: holes\n[app]\ncommand = /prog /big /holes\n"
		if err := os.WriteFile(manifest, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return manifest
	}
}

// bigFileRows read files larger than memory, from the root disk.
func bigFileRows() []program {
	host := func(dir string) []string {
		return []string{filepath.Join(dir, "prog"), filepath.Join(dir, "big"), filepath.Join(dir, "holes")}
	}
	return []program{
		{name: "memory-bigfile", build: bigFileInRoot(), host: host, memory: 24 * mb, tcg: true},
		{name: "memory-bigfile-static-cpus2", build: bigFileInRoot("-static"), host: host, memory: 24 * mb, cpus: 2},
	}
}

// TestMapLarge maps a file that is larger than the machine's memory, from a shared folder, and reads all of it: pages
// that can be read again leave, what the program wrote to stays.
func TestMapLarge(t *testing.T) {
	prog := c("memory/bigfile.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		folder := m.withShare(t)
		m.opt.Memory = 24 * mb
		bigFile(t, filepath.Join(folder, "big"), 40*mb, 1)
		got, status := m.run(t, prog, "/mnt/big")
		if want := fmt.Sprintf("%s0 lost\n", bigFileRead); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
	})
}
