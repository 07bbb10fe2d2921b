package uefitest

import (
	"bytes"
	"context"
	"debug/elf"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uk.example/internal/diskimage"
	"uk.example/internal/testenv"
)

const (
	kernelBase = 0x100000
	cmdline    = `uk.arg="/prog"`
)

// kernelFile is an ELF kernel of two segments and the note of a PVH entry.
func kernelFile(note []byte) []byte {
	le := binary.LittleEndian
	b := make([]byte, 0x2000)
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], uint16(elf.ET_EXEC))
	le.PutUint16(b[18:], uint16(elf.EM_X86_64))
	le.PutUint64(b[32:], 64) // program headers
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 3)
	for i, p := range [][5]uint64{ // type, offset, address, in the file, in memory
		{uint64(elf.PT_NOTE), 0x200, 0, uint64(len(note)), uint64(len(note))},
		{uint64(elf.PT_LOAD), 0x1000, kernelBase, 0x800, 0x800},
		{uint64(elf.PT_LOAD), 0x1800, kernelBase + 0x1000, 0x100, 0x9000},
	} {
		h := b[64+i*56:]
		le.PutUint32(h, uint32(p[0]))
		le.PutUint64(h[8:], p[1])
		le.PutUint64(h[16:], 0x400000000000+p[2])
		le.PutUint64(h[24:], p[2])
		le.PutUint64(h[32:], p[3])
		le.PutUint64(h[40:], p[4])
	}
	copy(b[0x200:], note)
	for i := 0x1000; i < 0x1900; i++ {
		b[i] = byte(i*7 + 1)
	}
	return b
}

// xenNote is an ELF note of the PVH entry.
func xenNote(entry uint64) []byte {
	b := []byte{4, 0, 0, 0, 8, 0, 0, 0, 18, 0, 0, 0, 'X', 'e', 'n', 0}
	return binary.LittleEndian.AppendUint64(b, entry)
}

// host compiles the loader with the played firmware.
func host(t *testing.T) string {
	t.Helper()
	cc := testenv.MustHave(t, "gcc")
	out := filepath.Join(t.TempDir(), "host")
	args := []string{"-g", "-O1", "-no-pie", "-std=gnu11", "-fno-strict-aliasing", "-fsanitize=address,undefined",
		"-fno-sanitize=alignment", "-fno-sanitize-recover=all", "-Wall", "-Wno-sign-compare", "-I../../include", "-o", out, "host/main.c"}
	files, err := filepath.Glob("../*.c")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if filepath.Base(f) != "string.c" { // the host's functions are watched
			args = append(args, f)
		}
	}
	testenv.Run(t, cc, args...)
	return out
}

// loaded makes a program and lays it out as firmware does.
func loaded(t *testing.T, kernel []byte, root int) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"kernel": kernel, "root": bytes.Repeat([]byte("root"), root/4)}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "efi")
	_, err := diskimage.Write(context.Background(), name, diskimage.Options{
		Format: diskimage.EFI, Loader: testenv.MustHaveFile(t, "../../../build/kit/x64/uefi.elf"),
		Kernel: filepath.Join(dir, "kernel"), Root: filepath.Join(dir, "root"), Cmdline: cmdline,
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := pe.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	o := f.OptionalHeader.(*pe.OptionalHeader64)
	mem := make([]byte, o.SizeOfImage)
	copy(mem, b[:o.SizeOfHeaders])
	for _, s := range f.Sections {
		data, err := s.Data()
		if err != nil {
			t.Fatal(err)
		}
		copy(mem[s.VirtualAddress:], data[:min(len(data), int(s.VirtualSize))])
	}
	out := filepath.Join(dir, "image")
	if err := os.WriteFile(out, mem, 0o666); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStart(t *testing.T) {
	h := host(t)
	kernel := kernelFile(xenNote(kernelBase + 0x10))
	image := loaded(t, kernel, 5000)
	// The kernel's place: its segments, zeros behind them and up to the end.
	place := make([]byte, 0xa000+0x1000+0x1000)
	copy(place, kernel[0x1000:0x1800])
	copy(place[0x1000:], kernel[0x1800:0x1900])
	var sum uint64
	for _, b := range place {
		sum = sum*31 + uint64(b)
	}
	for _, when := range []struct {
		at   time.Time
		zone int // minutes, as UEFI has it; 2047: unknown
	}{
		{time.Date(2026, 11, 21, 7, 55, 59, 0, time.UTC), 2047},
		{time.Date(2024, 2, 29, 23, 59, 0, 0, time.UTC), -120},
		{time.Date(2000, 3, 1, 0, 0, 1, 0, time.UTC), 300},
		{time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC), 0},
		{time.Date(2100, 12, 31, 12, 0, 0, 0, time.UTC), 0},
	} {
		a := when.at
		args := []string{"run", image}
		for _, n := range []int{a.Year(), int(a.Month()), a.Day(), a.Hour(), a.Minute(), a.Second(), when.zone} {
			args = append(args, fmt.Sprint(n))
		}
		if when.zone != 2047 {
			a = a.Add(time.Duration(when.zone) * time.Minute)
		}
		steps := "steps uk: firmware has read the kernel, 8 KB\r\nuk: and the root file system, 5 KB\r\nuk: starting the kernel\r\n"
		want := steps + fmt.Sprintf("entry 0x100010\ncmdline %s uk.ram=dirty uk.time=%d\nram %d\nmodule ", cmdline, a.UnixNano(), (0x9f+0x700+0x1000)*4096)
		out := testenv.Run(t, h, args...)
		if !strings.HasPrefix(out, want) {
			t.Errorf("got\n%s\nwant\n%s", out, want)
		}
		for _, want := range []string{
			" 5000\n", fmt.Sprintf("kernel 0x100000 %d %#x\n", len(place), sum),
			"taken uk: memory from 0x100000 to 0x10c000 must be free for the kernel", "alive uk: the firmware does not let go",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
	}
}

func TestDamage(t *testing.T) {
	h := host(t)
	image := loaded(t, kernelFile(xenNote(kernelBase)), 4096)
	for seed := range 3 {
		out := testenv.Run(t, h, "damage", image, fmt.Sprint(seed), "5000")
		var in, no int
		if _, err := fmt.Sscanf(out, "entered %d refused %d", &in, &no); err != nil || in < 100 || no < 100 {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// TestRefused: kernels that must not be entered.
func TestRefused(t *testing.T) {
	h := host(t)
	le := binary.LittleEndian
	for _, tt := range []struct {
		what   string
		change func(b []byte) []byte
	}{
		{"empty", func(b []byte) []byte { return b[:1] }},
		{"truncated", func(b []byte) []byte { return b[:0x1850] }},
		{"no note", func(b []byte) []byte { clear(b[0x200:0x220]); return b }},
		{"entry outside", func(b []byte) []byte { le.PutUint64(b[0x210:], kernelBase-1); return b }},
		{"too high", func(b []byte) []byte { le.PutUint64(b[64+56+24:], 0x1000000); return b }},
		{"wraps", func(b []byte) []byte { le.PutUint64(b[64+56+40:], 1<<64-0x1000); return b }},
		{"32-bit", func(b []byte) []byte { b[4] = 1; return b }},
		{"note of no size", func(b []byte) []byte { le.PutUint32(b[0x200:], 0xffffffff); return b }},
	} {
		image := loaded(t, tt.change(kernelFile(xenNote(kernelBase))), 4096)
		if s := testenv.Run(t, h, "refuse", image); !strings.Contains(s, "kernel") || !strings.Contains(s, "make the disk image again") {
			t.Errorf("%s: %q", tt.what, s)
		}
	}
}

func TestMaps(t *testing.T) {
	h := host(t)
	image := loaded(t, kernelFile(xenNote(kernelBase)), 4096)
	if out := testenv.Run(t, h, "maps", image, "7", "2000"); !strings.HasPrefix(out, "ok ") {
		t.Error(out)
	}
}
