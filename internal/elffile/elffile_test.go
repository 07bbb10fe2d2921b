package elffile

import (
	"bytes"
	"debug/elf"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// oracleFiles are programs and libraries that a Debian machine may have; a
// test compares those that are there with another reader of ELF files.
var oracleFiles = []string{
	"/usr/bin/python3.11", "/usr/sbin/nginx", "/usr/bin/redis-server", "/usr/bin/sqlite3",
	"/usr/bin/lua5.4", "/usr/bin/memcached", "/bin/ls", "/lib/x86_64-linux-gnu/libc.so.6",
	"/lib64/ld-linux-x86-64.so.2", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
	"/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0",
}

// readelfSymbols lists "name version U|D" of each named dynamic symbol as
// readelf prints it.
func readelfSymbols(t *testing.T, path string) []string {
	testenv.MustHave(t, "readelf")
	line := regexp.MustCompile(`^\s*\d+: [0-9a-f]+\s+\S+\s+(\S+)\s+\S+\s+\S+(?:\s+\[.*\])?\s+(\S+)\s+(\S+)(?: \(\d+\))?$`)
	var out []string
	for l := range strings.Lines(testenv.Run(t, "readelf", "--dyn-syms", "-W", path)) {
		m := line.FindStringSubmatch(strings.TrimRight(l, "\n "))
		if m == nil || m[1] == "SECTION" || m[1] == "FILE" || m[2] == "ABS" {
			continue
		}
		name, version, _ := strings.Cut(m[3], "@")
		kind := "D"
		if m[2] == "UND" {
			kind = "U"
		}
		out = append(out, name+" "+strings.TrimPrefix(version, "@")+" "+kind)
	}
	return out
}

func ourSymbols(t *testing.T, f *File) []string {
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range syms {
		if s.Section == elf.SHN_ABS { // readelf leaves out the version of a version's own symbol
			continue
		}
		kind := "D"
		if s.Undefined() {
			kind = "U"
		}
		out = append(out, s.Name+" "+s.Version+" "+kind)
	}
	return out
}

// stripSections returns a copy of the file at path without section headers.
func stripSections(t *testing.T, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[40:48]) // e_shoff
	clear(b[58:64]) // e_shentsize, e_shnum, e_shstrndx
	return b
}

func TestSymbolsMatchReadelf(t *testing.T) {
	for _, path := range oracleFiles {
		t.Run(filepath.Base(path), func(t *testing.T) {
			path := testenv.Sample(t, path)
			want := readelfSymbols(t, path)
			if len(want) < 10 {
				t.Fatalf("readelf lists %d symbols", len(want))
			}
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got := ourSymbols(t, f)
			if !slices.Equal(got, want) {
				t.Errorf("symbols differ from readelf's:\n%s", diff(got, want))
			}
			b := stripSections(t, path)
			g, err := NewFile(bytes.NewReader(b), int64(len(b)), path)
			if err != nil {
				t.Fatal(err)
			}
			if got := ourSymbols(t, g); !slices.Equal(got, want) {
				t.Errorf("without section headers, symbols differ from readelf's:\n%s", diff(got, want))
			}
		})
	}
}

func diff(got, want []string) string {
	var b strings.Builder
	for _, s := range got {
		if !slices.Contains(want, s) {
			b.WriteString("+ " + s + "\n")
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			b.WriteString("- " + s + "\n")
		}
	}
	return b.String()
}

func TestDynamicMatchesReadelf(t *testing.T) {
	testenv.MustHave(t, "readelf")
	lib := testenv.Compile(t, "libx.so", "int x(void){return 1;}", "-shared", "-fPIC", "-Wl,-soname,libx.so.1")
	prog := testenv.Compile(t, "prog", "int x(void);int main(void){return x();}", lib, "-Wl,-rpath,$ORIGIN/lib:/opt/x")
	old := testenv.Compile(t, "old", "int x(void);int main(void){return x();}", lib, "-Wl,-rpath,/opt/y,--disable-new-dtags")
	entry := regexp.MustCompile(`\((NEEDED|SONAME|RPATH|RUNPATH)\).*\[(.*)\]`)
	for _, path := range append([]string{lib, prog, old}, oracleFiles...) {
		if _, err := os.Stat(path); err != nil {
			t.Logf("SKIPPED %s: %v", path, err)
			continue
		}
		want := make(map[string][]string)
		for _, m := range entry.FindAllStringSubmatch(testenv.Run(t, "readelf", "-d", "-W", path), -1) {
			want[m[1]] = append(want[m[1]], m[2])
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		d := f.Dynamic
		if !slices.Equal(d.Needed, want["NEEDED"]) || d.Soname != strings.Join(want["SONAME"], "") ||
			d.Rpath != strings.Join(want["RPATH"], "") || d.Runpath != strings.Join(want["RUNPATH"], "") {
			t.Errorf("%s: got %q %q %q %q, readelf says %q", path, d.Needed, d.Soname, d.Rpath, d.Runpath, want)
		}
		f.Close()
	}
}

func TestKinds(t *testing.T) {
	const src = "int main(void){return 0;}"
	tests := []struct {
		name        string
		flags       []string
		typ         elf.Type
		static, pie bool
	}{
		{"pie", []string{"-pie", "-fPIE"}, elf.ET_DYN, false, true},
		{"no-pie", []string{"-no-pie"}, elf.ET_EXEC, false, false},
		{"static", []string{"-static", "-no-pie"}, elf.ET_EXEC, true, false},
		{"static-pie", []string{"-static-pie", "-fPIE"}, elf.ET_DYN, true, true},
		{"shared", []string{"-shared", "-fPIC"}, elf.ET_DYN, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Open(testenv.Compile(t, tt.name, src, tt.flags...))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if f.Type != tt.typ || f.IsStatic() != tt.static || f.IsPIE() != tt.pie {
				t.Errorf("got type %v static %v pie %v, want %v %v %v", f.Type, f.IsStatic(), f.IsPIE(), tt.typ, tt.static, tt.pie)
			}
		})
	}
}

func TestCopySymbols(t *testing.T) {
	const src = `#include <stdio.h>
extern char **environ;
int main(void){ fputs("x", stdout); return environ == 0; }`
	for _, flags := range [][]string{{"-no-pie", "-fno-pie"}, {"-no-pie", "-fno-pie", "-Wl,-z,now"}} {
		f, err := Open(testenv.Compile(t, "copy", src, flags...))
		if err != nil {
			t.Fatal(err)
		}
		cs, err := f.CopySymbols()
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range cs {
			names = append(names, s.Name+"@"+s.Version)
		}
		slices.Sort(names)
		want := []string{"environ@GLIBC_2.2.5", "stdout@GLIBC_2.2.5"}
		for i := range names { // environ has the alias __environ
			names[i] = strings.TrimPrefix(names[i], "__")
		}
		slices.Sort(names)
		if names = slices.Compact(names); !slices.Equal(names, want) {
			t.Errorf("got %q, want %q", names, want)
		}
		f.Close()
	}
}

func TestGNUHashWithoutDefinitions(t *testing.T) {
	// Such a file has an empty GNU hash table: only relocations tell, once
	// the section headers are gone.
	p := testenv.Compile(t, "p", "#include <stdio.h>\nint main(void){puts(\"x\");return getchar();}", "-Wl,--hash-style=gnu", "-pie", "-fPIE")
	b := stripSections(t, p)
	f, err := NewFile(bytes.NewReader(b), int64(len(b)), p)
	if err != nil {
		t.Fatal(err)
	}
	got := ourSymbols(t, f)
	for _, s := range []string{"puts GLIBC_2.2.5 U", "getchar GLIBC_2.2.5 U"} {
		if !slices.Contains(got, s) {
			t.Errorf("%q is not among %q", s, got)
		}
	}
}

func TestConstStrings(t *testing.T) {
	const src = `#include <dlfcn.h>
#include <stdio.h>
int main(int c, char **v) {
	void *h = dlopen(0, RTLD_NOW);
	printf("say getenv %p %p\n", dlsym(h, "qsort"), dlsym(h, "fstat"));
	if (c > 1) printf("%p", dlsym(h, "stat"));
	static const char *const names[] = {"strtol", "mystrtoul", "tol"};
	puts("abort!");
	return dlsym(h, names[c - 1]) != 0;
}`
	known := map[string]bool{"qsort": true, "fstat": true, "stat": true, "strtol": true, "strtoul": true,
		"getenv": true, "abort": true, "dlopen": true, "printf": true, "tat": true, "tol": true}
	for _, flags := range [][]string{{"-O2"}, {"-O2", "-no-pie", "-fno-pie"}, {"-O2", "-Wl,-z,noseparate-code"}} {
		f, err := Open(testenv.Compile(t, "p", src, flags...))
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.ConstStrings(func(b []byte) bool { return known[string(b)] })
		if err != nil {
			t.Fatal(err)
		}
		// Of the tails, code takes the address of stat and data that of tol.
		want := []string{"fstat", "qsort", "stat", "strtol", "tol"}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", flags, got, want)
		}
		f.Close()
	}
}

func TestConstStringsAcrossBlocks(t *testing.T) {
	for shift := range 600 {
		n := scanBlock + 300 - shift
		b := append(bytes.Repeat([]byte{'#', 0}, n/2), "qsort\x00"...)
		f := &File{Size: int64(len(b)), r: bytes.NewReader(b),
			Segments: []Segment{{Type: elf.PT_LOAD, Flags: elf.PF_R, Filesz: uint64(len(b))}}}
		got, err := f.ConstStrings(func(b []byte) bool { return string(b) == "qsort" })
		if err != nil || !slices.Equal(got, []string{"qsort"}) {
			t.Fatalf("at %d: got %q, %v", n, got, err)
		}
	}
}

func TestGoInfo(t *testing.T) {
	testenv.MustHave(t, "go")
	const src = "package main\nfunc main() { println(1) }"
	for _, tt := range []struct {
		name  string
		env   []string
		flags []string
	}{
		{"plain", []string{"CGO_ENABLED=0"}, nil},
		{"stripped", []string{"CGO_ENABLED=0"}, []string{"-ldflags=-s -w"}},
		{"pie", []string{"CGO_ENABLED=0"}, []string{"-buildmode=pie"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := testenv.GoBuild(t, src, tt.env, tt.flags...)
			want := strings.Fields(testenv.Run(t, "go", "version", p))[1]
			f, err := Open(p)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, ok, err := f.GoInfo()
			if err != nil || !ok || info.Version != want {
				t.Errorf("got %+v, %v, %v, want version %s", info, ok, err, want)
			}
			b := stripSections(t, p)
			g, err := NewFile(bytes.NewReader(b), int64(len(b)), p)
			if err != nil {
				t.Fatal(err)
			}
			if info, ok, err := g.GoInfo(); err != nil || !ok || info.Version != want {
				t.Errorf("without sections: got %+v, %v, %v, want version %s", info, ok, err, want)
			}
		})
	}
	f, err := Open(testenv.MustHaveFile(t, "/bin/ls"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, ok, err := f.GoInfo(); ok || err != nil {
		t.Errorf("/bin/ls: got %+v, %v, %v", info, ok, err)
	}
}

func TestBrokenFiles(t *testing.T) {
	good, err := os.ReadFile(testenv.Compile(t, "p", "#include <stdio.h>\nint main(void){puts(\"x\");}"))
	if err != nil {
		t.Fatal(err)
	}
	put := func(off int, v ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[off:], v); return b }
	}
	ff := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	tests := []struct {
		name string
		edit func([]byte) []byte
		want string // part of the error
		is   error
	}{
		{"empty", func(b []byte) []byte { return nil }, "no ELF magic", ErrNotELF},
		{"text", func(b []byte) []byte { return []byte("#!/bin/sh\n") }, "no ELF magic", ErrNotELF},
		{"half a header", func(b []byte) []byte { return b[:40] }, "ends inside the ELF header", nil},
		{"32 bit", put(4, 1), "32-bit pointers (x32)", ErrMachine},
		{"ARM", put(18, 0xb7), "64-bit ARM (aarch64)", ErrMachine},
		{"version", put(6, 9), "unknown ELF version 9", nil},
		{"segments cut off", func(b []byte) []byte { return b[:100] }, "program headers", nil},
		{"data cut off", func(b []byte) []byte { return b[:0x2000] }, "outside the file", nil},
		{"segment size", put(54, 1), "program headers of", nil},
		{"segment count", put(56, ff[:2]...), "limit of", nil},
		{"segment offset", put(32, ff...), "program headers", nil},
		{"segment contents", put(64+56+8, ff...), "outside the file", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := tt.edit(bytes.Clone(good))
			_, err := NewFile(bytes.NewReader(b), int64(len(b)), "prog")
			var e *Error
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			// Another machine's file is not malformed: words say it, without an offset.
			if tt.is != ErrMachine && (!errors.As(err, &e) || !strings.HasPrefix(err.Error(), "prog: offset ")) {
				t.Errorf("%v is no *Error with an offset", err)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
		})
	}
	if _, err := Open("/dev/null"); !errors.Is(err, ErrNotELF) {
		t.Errorf("a device: %v", err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNotELF) {
		t.Errorf("a directory: %v", err)
	}
}
