package elffile

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
)

// TestForeign: what is not for this machine is told in words.
func TestForeign(t *testing.T) {
	program, err := os.ReadFile("testdata/exec.elf")
	if err != nil {
		t.Fatal(err)
	}
	little := func(class byte, m elf.Machine) func([]byte) {
		return func(b []byte) { b[4] = class; binary.LittleEndian.PutUint16(b[18:], uint16(m)) }
	}
	for _, c := range []struct {
		name   string
		change func([]byte)
		want   string
	}{
		{"aarch64", little(2, elf.EM_AARCH64), "is for 64-bit ARM (aarch64): build it for x86-64"},
		{"arm", little(1, elf.EM_ARM), "is for 32-bit ARM"},
		{"i386", little(1, elf.EM_386), "is for 32-bit x86: build it for x86-64 (gcc -m64"},
		{"x32", little(1, elf.EM_X86_64), "x32"},
		{"class 9", little(9, elf.EM_X86_64), "damaged"},
		{"unknown", little(2, 9999), "another processor (ELF machine 9999)"},
		{"s390", func(b []byte) { b[5] = 2; binary.BigEndian.PutUint16(b[18:], uint16(elf.EM_S390)) }, "is for IBM S/390, big-endian"},
	} {
		b := bytes.Clone(program)
		c.change(b)
		_, err := NewFile(bytes.NewReader(b), int64(len(b)), "file")
		if !errors.Is(err, ErrMachine) || !strings.HasPrefix(err.Error(), "file: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestNotELF(t *testing.T) {
	for head, want := range map[string]string{
		"": "is empty", "\x00asm\x01": "WebAssembly", "PK\x03\x04": "Java archive", "MZ\x90": "Windows",
		"\xcf\xfa\xed\xfe\x07": "macOS", "\xca\xfe\xba\xbe\x00\x00\x00\x41": "Java class", "!<arch>\n": "archive of object files",
		"\x1f\x8b\x08": "gzip", "hello\n": "neither an ELF file nor a script", "#!/bin/sh\n": "is a script",
		"QFI\xfb\x00\x00\x00\x03": "is a disk", strings.Repeat("\x00", 512) + "EFI PART": "is a disk", strings.Repeat("\x00", 32769) + "CD001": "is a disk",
		strings.Repeat("\x00", 510) + "\x55\xaa": "is a disk", "KDMV\x01": "is a disk", strings.Repeat("\x00", 512) + "EFI": "neither an ELF file",
	} {
		if got := NotELF([]byte(head)); !strings.Contains(got, want) || !strings.HasPrefix(got, "is ") {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
}

// TestCheckProgram: type and entry decide.
func TestCheckProgram(t *testing.T) {
	typ := func(v elf.Type) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint16(b[16:], uint16(v)) }
	}
	entry := func(v uint64) func([]byte) { return func(b []byte) { binary.LittleEndian.PutUint64(b[24:], v) } }
	for _, c := range []struct {
		name, file string
		change     func([]byte)
		want       string
	}{
		{"static", "exec.elf", func([]byte) {}, ""},
		{"pie", "pie.elf", func([]byte) {}, ""},
		{"object", "exec.elf", typ(elf.ET_REL), "is an object file"},
		{"core", "exec.elf", typ(elf.ET_CORE), "memory dump"},
		{"other", "exec.elf", typ(0xfe00), "ELF type 65024"},
		{"library", "exec.elf", func(b []byte) { typ(elf.ET_DYN)(b); entry(0)(b) }, "is a library"},
		{"no code", "exec.elf", entry(0x10), "would start at 0x10, where it has no code"},
	} {
		b, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		c.change(b)
		f, err := NewFile(bytes.NewReader(b), int64(len(b)), "file")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.name == "library" {
			f.Interp = ""
		}
		err = f.CheckProgram()
		if (err == nil) != (c.want == "") || err != nil && (!errors.Is(err, ErrNotProgram) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
