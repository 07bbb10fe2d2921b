package linker

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// account takes a kernel that was linked apart.
func account(t *testing.T, r *Result) ([]byte, []Chunk) {
	t.Helper()
	kernel, err := os.ReadFile(r.Kernel)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ReadMap(r.MapFile)
	if err != nil {
		t.Fatal(err)
	}
	chunks, err := Account(r.Kernel, kernel, m)
	if err != nil {
		t.Fatal(err)
	}
	return kernel, chunks
}

// Every byte of the file and of memory belongs to something, and the difference
// between two kernels is the sum of what its parts differ in.
func TestAccount(t *testing.T) {
	k := realKit(t)
	var before []Chunk
	var beforeFile, beforeMem int64
	for _, profile := range []string{"base", "virtio-mmio", "all"} {
		out := filepath.Join(t.TempDir(), "kernel.elf")
		r, err := Link(context.Background(), Options{Kit: k, Profile: profile, Symbols: helloSymbols, Output: out})
		if err != nil {
			t.Fatal(err)
		}
		kernel, chunks := account(t, r)
		var file, mem, unknown int64
		for _, c := range chunks {
			file, mem = file+c.Bytes, mem+c.Memory
			if c.File == chunkPadding {
				unknown += c.Bytes
			}
			if c.Bytes < 0 || c.Memory < 0 {
				t.Errorf("%+v", c)
			}
		}
		if file != int64(len(kernel)) {
			t.Errorf("%s: %d of %d bytes are accounted for", profile, file, len(kernel))
		}
		if unknown > file/20 {
			t.Errorf("%s: %d of %d bytes are alignment: some sections must be missing from the link map", profile, unknown, file)
		}
		if before != nil {
			var df, dm int64
			for _, d := range Compare(before, chunks) {
				var sf, sm int64
				for _, s := range d.Sections {
					sf, sm = sf+s.To-s.From, sm+s.ToMemory-s.FromMemory
				}
				if sf != d.Bytes || sm != d.Memory {
					t.Errorf("%s: sections add up to %d, %d, not %d, %d", d.File, sf, sm, d.Bytes, d.Memory)
				}
				df, dm = df+d.Bytes, dm+d.Memory
			}
			if df != file-beforeFile || dm != mem-beforeMem {
				t.Errorf("%s: %d and %d explained of %d and %d", profile, df, dm, file-beforeFile, mem-beforeMem)
			}
		}
		before, beforeFile, beforeMem = chunks, file, mem
	}
}

// A kernel and a map that do not fit, or that someone damaged, give an error or
// a sum, and never a panic.
func FuzzAccount(f *testing.F) {
	k := realKit(f)
	out := filepath.Join(f.TempDir(), "kernel.elf")
	r, err := Link(context.Background(), Options{Kit: k, Profile: "base", Symbols: []string{"_exit"}, Output: out})
	if err != nil {
		f.Fatal(err)
	}
	kernel, _ := os.ReadFile(out)
	m, err := ReadMap(r.MapFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(0, byte(0), uint64(0), int64(1))
	f.Add(56, byte(0xff), ^uint64(0), int64(-1))
	f.Add(64+40, byte(0xff), uint64(0x400000100000), int64(1)<<62)
	f.Fuzz(func(t *testing.T, at int, b byte, addr uint64, size int64) {
		data := append([]byte{}, kernel...)
		if at >= 0 && at < len(data) {
			data[at] = b
		}
		m := &Map{Subsystems: append([]Subsystem{{Members: []Member{{File: "x", Sections: []Section{
			{ID: 1, Name: "y", Addr: "400000100010", Size: size, From: 2}, {ID: 2, Addr: "10", From: 1}}}}}}, m.Subsystems...)}
		chunks, err := Account("f", data, m)
		if err != nil {
			return
		}
		var sum int64
		for _, c := range chunks {
			sum += c.Bytes
		}
		if sum != int64(len(data)) {
			t.Errorf("%d of %d", sum, len(data))
		}
	})
}

// What only a driver's object file refers to is there for the driver, though boot,
// and not the driver's root, leads to that file.
func TestAccountDriver(t *testing.T) {
	k := realKit(t)
	out := filepath.Join(t.TempDir(), "kernel.elf")
	r, err := Link(context.Background(), Options{Kit: k, Profile: "base", Drivers: []string{"+tty"}, Symbols: helloSymbols, Output: out})
	if err != nil {
		t.Fatal(err)
	}
	_, chunks := account(t, r)
	found := 0
	for _, c := range chunks {
		if strings.Contains(c.File, "fs-tty-") {
			found++
			if c.Cause != "driver tty" {
				t.Errorf("%s %s is there for %s", c.File, c.Section, c.Cause)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d chunks of the terminal", found)
	}
}
