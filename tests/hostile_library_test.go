package tests

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/build"
)

// object is a shared object whose tables are spoiled by hand.
type object struct {
	t    *testing.T
	data []byte
	f    *elf.File // as it was
}

func newObject(t *testing.T, data []byte) *object {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return &object{t, bytes.Clone(data), f}
}

// set writes a value of size bytes.
func (o *object) set(at uint64, size int, value uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], value)
	copy(o.data[at:], b[:size])
}

// Fields of program headers, dynamic entries, relocations and symbols (elf(5)).
const (
	phType, phFlags, phOffset, phVaddr, phFilesz, phMemsz, phAlign = 0, 4, 8, 16, 32, 40, 48
	relaOffset, relaInfo, relaAddend                               = 0, 8, 16
	symName, symInfo, symShndx, symValue, symSize                  = 0, 4, 6, 8, 16
)

// segment is where the nth program header of a kind is.
func (o *object) segment(kind elf.ProgType, nth int) uint64 {
	o.t.Helper()
	for i, p := range o.f.Progs {
		if p.Type == kind {
			if nth--; nth < 0 {
				return uint64(binary.LittleEndian.Uint64(o.data[32:])) + uint64(i)*56
			}
		}
	}
	o.t.Fatalf("no segment %v", kind)
	return 0
}

func (o *object) section(name string) *elf.Section {
	o.t.Helper()
	s := o.f.Section(name)
	if s == nil {
		o.t.Fatalf("no section %s", name)
	}
	return s
}

// dynamic sets the value of a dynamic entry, which is there.
func (o *object) dynamic(tag elf.DynTag, value uint64) {
	o.t.Helper()
	s := o.section(".dynamic")
	for at := s.Offset; at < s.Offset+s.Size; at += 16 {
		if elf.DynTag(binary.LittleEndian.Uint64(o.data[at:])) == tag {
			o.set(at+8, 8, value)
			return
		}
	}
	o.t.Fatalf("no %v", tag)
}

// retag makes another entry of a dynamic one.
func (o *object) retag(tag, to elf.DynTag, value uint64) {
	o.t.Helper()
	s := o.section(".dynamic")
	for at := s.Offset; at < s.Offset+s.Size; at += 16 {
		if elf.DynTag(binary.LittleEndian.Uint64(o.data[at:])) == tag {
			o.set(at, 8, uint64(to))
			o.set(at+8, 8, value)
			return
		}
	}
	o.t.Fatalf("no %v", tag)
}

// relocations sets a field of all relocations of a kind.
func (o *object) relocations(kind elf.R_X86_64, field uint64, value uint64) {
	o.t.Helper()
	n := 0
	for _, s := range o.f.Sections {
		if s.Type != elf.SHT_RELA {
			continue
		}
		for at := s.Offset; at < s.Offset+s.Size; at += 24 {
			if elf.R_X86_64(binary.LittleEndian.Uint32(o.data[at+relaInfo:])) == kind {
				o.set(at+field, 8, value)
				n++
			}
		}
	}
	if n == 0 {
		o.t.Fatalf("no relocation %v", kind)
	}
}

// symbols sets a field of all symbols that are defined, or of those that are not.
func (o *object) symbols(defined bool, field uint64, size int, value uint64) {
	s := o.section(".dynsym")
	for at := s.Offset + 24; at < s.Offset+s.Size; at += 24 {
		if (binary.LittleEndian.Uint16(o.data[at+symShndx:]) != 0) == defined {
			o.set(at+field, size, value)
		}
	}
}

type hostileTable struct {
	name  string
	spoil func(o *object)
}

// hostileTables are what a shared object may say that is not so. None of it makes code run that the file would not run
// as it was made.
var hostileTables = []hostileTable{
	{"cut in the header", func(o *object) { clear(o.data[40:]) }},
	{"cut behind the headers", func(o *object) { clear(o.data[64+56*len(o.f.Progs):]) }},
	{"no program headers", func(o *object) { o.set(56, 2, 0) }},
	{"as many program headers as can be", func(o *object) { o.set(56, 2, 0xffff) }},
	{"program headers of another size", func(o *object) { o.set(54, 2, 57) }},
	{"program headers out of the file", func(o *object) { o.set(32, 8, 1<<62) }},
	{"program headers that wrap", func(o *object) { o.set(32, 8, ^uint64(0)-56) }},
	{"segments that overlap", func(o *object) {
		o.set(o.segment(elf.PT_LOAD, 1)+phVaddr, 8, o.f.Progs[0].Vaddr&^0xfff+o.f.Progs[0].Off%4096)
	}},
	{"segments out of order", func(o *object) {
		a, b := o.segment(elf.PT_LOAD, 0), o.segment(elf.PT_LOAD, 1)
		first := bytes.Clone(o.data[a : a+56])
		copy(o.data[a:], o.data[b:b+56])
		copy(o.data[b:], first)
	}},
	{"a segment out of the file", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phOffset, 8, 1<<40) }},
	{"a segment larger in the file than in memory", func(o *object) { o.set(o.segment(elf.PT_LOAD, 0)+phMemsz, 8, 1) }},
	{"a segment of all memory", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phMemsz, 8, ^uint64(0)) }},
	{"a segment of 64 TB", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phMemsz, 8, 1<<46) }},
	{"a segment that wraps", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phVaddr, 8, ^uint64(0xfff)) }},
	{"a segment in the kernel", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phVaddr, 8, 0x400000100000) }},
	{"a segment between pages", func(o *object) { o.set(o.segment(elf.PT_LOAD, 1)+phVaddr, 8, o.f.Progs[1].Vaddr+1) }},
	{"segments that are aligned to all memory", func(o *object) { o.set(o.segment(elf.PT_LOAD, 0)+phAlign, 8, 1<<62) }},
	{"segments that are aligned to no power", func(o *object) { o.set(o.segment(elf.PT_LOAD, 0)+phAlign, 8, 4097) }},
	{"a dynamic section elsewhere", func(o *object) { o.set(o.segment(elf.PT_DYNAMIC, 0)+phVaddr, 8, 1<<40) }},
	{"a dynamic section in the kernel", func(o *object) { o.set(o.segment(elf.PT_DYNAMIC, 0)+phVaddr, 8, 0x400000100000) }},
	{"a dynamic section of three bytes", func(o *object) {
		o.set(o.segment(elf.PT_DYNAMIC, 0)+phFilesz, 8, 3)
		o.set(o.segment(elf.PT_DYNAMIC, 0)+phMemsz, 8, 3)
	}},
	{"a dynamic section without an end", func(o *object) {
		for o.retag(elf.DT_NULL, elf.DT_DEBUG, 0); ; o.retag(elf.DT_NULL, elf.DT_DEBUG, 0) {
			s, left := o.section(".dynamic"), false
			for at := s.Offset; at < s.Offset+s.Size; at += 16 {
				left = left || binary.LittleEndian.Uint64(o.data[at:]) == 0
			}
			if !left {
				return
			}
		}
	}},
	{"strings elsewhere", func(o *object) { o.dynamic(elf.DT_STRTAB, 1<<40) }},
	{"strings of all memory", func(o *object) { o.dynamic(elf.DT_STRSZ, ^uint64(0)) }},
	{"no strings", func(o *object) { o.dynamic(elf.DT_STRSZ, 0) }},
	{"symbols elsewhere", func(o *object) { o.dynamic(elf.DT_SYMTAB, 1<<40) }},
	{"symbols in the kernel", func(o *object) { o.dynamic(elf.DT_SYMTAB, 0x400000100000) }},
	{"symbols at the end", func(o *object) {
		p := o.f.Progs[0]
		o.dynamic(elf.DT_SYMTAB, p.Vaddr+p.Memsz-8)
	}},
	{"symbols of another size", func(o *object) { o.dynamic(elf.DT_SYMENT, 1) }},
	{"a hash table elsewhere", func(o *object) { o.dynamic(elf.DT_GNU_HASH, 1<<40) }},
	{"a hash table without buckets", func(o *object) { o.set(o.section(".gnu.hash").Offset, 4, 0) }},
	{"four billion buckets", func(o *object) { o.set(o.section(".gnu.hash").Offset, 4, 0xffffffff) }},
	{"a hash table whose symbols begin late", func(o *object) { o.set(o.section(".gnu.hash").Offset+4, 4, 0xfffffff0) }},
	{"a hash table without a filter", func(o *object) { o.set(o.section(".gnu.hash").Offset+8, 4, 0) }},
	{"a filter of four billion words", func(o *object) { o.set(o.section(".gnu.hash").Offset+8, 4, 0xffffffff) }},
	{"a filter with a large shift", func(o *object) { o.set(o.section(".gnu.hash").Offset+12, 4, 0xffffffff) }},
	{"a chain without an end", func(o *object) {
		s := o.section(".gnu.hash")
		for at := s.Offset + 16; at < s.Offset+s.Size; at += 4 {
			o.set(at, 4, binaryWord(o.data[at:])&^1)
		}
	}},
	{"buckets out of the table", func(o *object) {
		s := o.section(".gnu.hash")
		at := s.Offset + 16 + 8*binaryWord(o.data[s.Offset+8:])
		for n := binaryWord(o.data[s.Offset:]); n > 0; n-- {
			o.set(at, 4, 0x7fffffff)
			at += 4
		}
	}},
	{"relocations elsewhere", func(o *object) { o.dynamic(elf.DT_RELA, 1<<40) }},
	{"relocations of all memory", func(o *object) { o.dynamic(elf.DT_RELASZ, ^uint64(0)) }},
	{"relocations of no whole number", func(o *object) { o.dynamic(elf.DT_RELASZ, 25) }},
	{"relocations of another size", func(o *object) { o.dynamic(elf.DT_RELAENT, 8) }},
	{"relocations out of the object", func(o *object) { o.relocations(elf.R_X86_64_RELATIVE, relaOffset, 1<<40) }},
	{"relocations before the object", func(o *object) { o.relocations(elf.R_X86_64_RELATIVE, relaOffset, ^uint64(0xffff)) }},
	{"relocations in the kernel", func(o *object) { o.relocations(elf.R_X86_64_GLOB_DAT, relaOffset, 0x400000100000) }},
	{"relocations of the headers", func(o *object) { o.relocations(elf.R_X86_64_RELATIVE, relaOffset, 16) }},
	{"a relocation over the object's end", func(o *object) {
		var end uint64
		for _, p := range o.f.Progs {
			if p.Type == elf.PT_LOAD {
				end = p.Vaddr + p.Memsz
			}
		}
		o.relocations(elf.R_X86_64_RELATIVE, relaOffset, (end+0xfff)&^0xfff-4)
	}},
	{"relocations of a kind that there is not", func(o *object) { o.relocations(elf.R_X86_64_RELATIVE, relaInfo, 0xfe) }},
	{"relocations by a symbol that there is not", func(o *object) {
		o.relocations(elf.R_X86_64_GLOB_DAT, relaInfo, 0xfffffff0<<32|uint64(elf.R_X86_64_GLOB_DAT))
	}},
	{"symbols whose names are elsewhere", func(o *object) { o.symbols(false, symName, 4, 0xfffffff0) }},
	{"defined symbols whose names are elsewhere", func(o *object) { o.symbols(true, symName, 4, 0xfffffff0) }},
	{"symbols in the middle of nothing", func(o *object) { o.symbols(true, symValue, 8, 1<<40) }},
	{"symbols of all memory", func(o *object) { o.symbols(true, symSize, 8, ^uint64(0)) }},
	{"a name without an end", func(o *object) {
		s := o.section(".dynstr")
		for i := s.Offset; i < s.Offset+s.Size; i++ {
			o.data[i] |= 1
		}
	}},
	{"a name of its own elsewhere", func(o *object) { o.dynamic(elf.DT_SONAME, 1<<40) }},
	{"a need elsewhere", func(o *object) { o.retag(elf.DT_SONAME, elf.DT_NEEDED, 1<<40) }},
	{"a need of itself", func(o *object) { o.retag(elf.DT_SONAME, elf.DT_NEEDED, o.valueOf(elf.DT_SONAME)) }},
}

func binaryWord(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) }

func (o *object) valueOf(tag elf.DynTag) uint64 {
	values, err := o.f.DynValue(tag)
	if err != nil || len(values) == 0 {
		o.t.Fatalf("no %v: %v", tag, err)
	}
	return values[0]
}

// libraryTables are what a library may have besides: constructors, thread-local storage, versions; and an end of zeros, where a module has code.
var libraryTables = []hostileTable{
	{"nothing in the second half", func(o *object) { clear(o.data[len(o.data)/2:]) }},
	{"constructors elsewhere", func(o *object) { o.dynamic(elf.DT_INIT_ARRAY, 1<<40) }},
	{"constructors without end", func(o *object) { o.dynamic(elf.DT_INIT_ARRAYSZ, ^uint64(0)) }},
	{"storage of all memory", func(o *object) { o.set(o.segment(elf.PT_TLS, 0)+phMemsz, 8, 1<<62) }},
	{"storage aligned to all memory", func(o *object) { o.set(o.segment(elf.PT_TLS, 0)+phAlign, 8, 1<<62) }},
	{"storage from elsewhere", func(o *object) { o.set(o.segment(elf.PT_TLS, 0)+phVaddr, 8, 1<<40) }},
	{"storage longer in the file", func(o *object) { o.set(o.segment(elf.PT_TLS, 0)+phFilesz, 8, 1<<20) }},
	{"versions elsewhere", func(o *object) { o.dynamic(elf.DT_VERSYM, 1<<40) }},
	{"needed versions elsewhere", func(o *object) { o.dynamic(elf.DT_VERNEED, 1<<40) }},
	{"four billion needed versions", func(o *object) { o.dynamic(elf.DT_VERNEEDNUM, 0xffffffff) }},
	{"needed versions in a circle", func(o *object) { o.set(o.section(".gnu.version_r").Offset+12, 4, 0) }},
	{"needed versions far away", func(o *object) { o.set(o.section(".gnu.version_r").Offset+8, 4, 0x7fffffff) }},
	{"a calls' table elsewhere", func(o *object) { o.dynamic(elf.DT_JMPREL, 1<<40) }},
	{"calls without end", func(o *object) { o.dynamic(elf.DT_PLTRELSZ, 1<<62) }},
}

const hostileLibrary = `#include <stdio.h>
__thread int storage = 7;
static int here = 1;
int *const pointers[] = { &here, &here };
static __attribute__((constructor)) void begin(void) { here++; }
int answer(void) { return *pointers[1] + storage + !stdout; }
void say(const char *s) { puts(s); }
`

// What a program opens with dlopen() may be made by an enemy: the loader, which shares memory with the kernel, refuses
// it or loads what it makes sense of, and goes on.
func TestHostileLibraries(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "loader/hostile.c")
	source := filepath.Join(m.dir, "library.c")
	if err := os.WriteFile(source, []byte(hostileLibrary), 0o666); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(m.dir, "good.so")
	m.run("gcc", "-O1", "-fPIC", "-shared", "-Wl,-z,norelro,--hash-style=gnu,-soname,libhostile.so", "-o", good, source)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	rows := append(append(hostileTables[:0:0], hostileTables...), libraryTables...)
	text := fmt.Sprintf("[manifest]\n/prog: %s\n/lib/good.so: %s\n", m.prog, good)
	m.args = "/lib/good.so"
	var each [][]byte
	for i := range rows {
		file := filepath.Join(m.dir, fmt.Sprintf("%d.so", i))
		own := append(bytes.Clone(data), fmt.Sprintf("this is %08d.", i)...) // so that none stands for another
		if err := os.WriteFile(file, own, 0o666); err != nil {
			t.Fatal(err)
		}
		each = append(each, own)
		text += fmt.Sprintf("/lib/%d.so: %s\n", i, file)
		m.args += fmt.Sprintf(" /lib/%d.so", i)
	}
	manifest := filepath.Join(m.dir, "libraries.manifest")
	if err := os.WriteFile(manifest, []byte(text+"[app]\ncommand = /prog "+m.args+"\n[kernel]\nlibc = kernel\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	img, err := uk.Build(context.Background(), uk.Options{Manifest: manifest, Output: filepath.Join(m.dir, "libraries.uk")})
	if err != nil {
		t.Fatal(err)
	}
	// The tool refuses most of them, so they are put into the image behind its back.
	root, err := os.ReadFile(img.Root())
	if err != nil {
		t.Fatal(err)
	}
	for i, own := range each {
		at := bytes.Index(root, own)
		if at < 0 {
			t.Fatalf("%s is not in the image as it is", rows[i].name)
		}
		o := newObject(t, own)
		rows[i].spoil(o)
		copy(root[at:at+len(own)], o.data)
	}
	if err := os.WriteFile(img.Root(), root, 0o666); err != nil {
		t.Fatal(err)
	}
	out, status := m.boot(img)
	if status != 0 || !strings.HasSuffix(out, "/lib/good.so: 9\nthe end\n") {
		t.Errorf("status %d, output:\n%s", status, clip(out))
	}
	for i, r := range rows {
		prefix := fmt.Sprintf("/lib/%d.so: ", i)
		_, rest, found := strings.Cut(out, prefix)
		line, _, _ := strings.Cut(rest, "\n")
		if !found || line == "" {
			t.Errorf("%s: no word of it", r.name)
		}
	}
}

// The same of kernel modules that are added to a finished image: each is refused in one line and the image stays as it is, or the
// kernel has the last word.
func TestHostileModulesAdded(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	m.modules = []string{m.module("first.so", []string{"first"})}
	good, err := os.ReadFile(m.module("sockets.so", []string{"sockets"}))
	if err != nil {
		t.Fatal(err)
	}
	img := m.build()
	rows := append(hostileTables[:0:0], hostileTables...)
	for _, eighths := range []int{0, 1, 2, 4, 7} {
		rows = append(rows, hostileTable{fmt.Sprintf("cut at %d eighths", eighths), func(o *object) { o.data = o.data[:len(o.data)*eighths/8] }})
	}
	rows = append(rows, hostileTable{"another kit's fingerprint", func(o *object) { o.data[o.section(".note.uk").Offset+20] ^= 0xff }})
	accepted := 0
	for i, r := range rows {
		o := newObject(t, good)
		r.spoil(o)
		file := filepath.Join(m.dir, fmt.Sprintf("m%d.so", i))
		before, err := os.ReadFile(img.Root())
		if err := errors.Join(err, os.WriteFile(file, o.data, 0o666)); err != nil {
			t.Fatal(err)
		}
		if _, err := build.AddModules(context.Background(), img.Dir, []string{file}, build.ModuleOptions{}); err == nil {
			accepted++
			continue
		} else if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, filepath.Base(file)) || strings.Contains(text, "runtime error") {
			t.Errorf("%s: %q", r.name, text)
		}
		if after, err := os.ReadFile(img.Root()); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the image is another one now: %v", r.name, err)
		}
	}
	out, status := m.boot(img)
	if status != 0 || !strings.Contains(out, "first: started\n") || !strings.Contains(out, "arguments, ends") {
		t.Errorf("with the %d that were taken, status %d, output:\n%s", accepted, status, clip(out))
	}
	t.Logf("%d of %d were taken", accepted, len(rows))
}
