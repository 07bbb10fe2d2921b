package symbols

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"uk.example/internal/testenv"
)

func exported(names ...string) *Exported {
	return NewExported([]Set{{Soname: "libc.so.6", Names: names}})
}

func TestLoadExported(t *testing.T) {
	e, err := LoadExported(fstest.MapFS{
		"libc.so.6.symbols":     {Data: []byte("# what glibc has\nabort\nputs\n")},
		"libm.so.6.symbols":     {Data: []byte("cos\nsin\n")},
		"x64/libc.so.6.symbols": {Data: []byte("arch_prctl\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Names(), []string{"abort", "arch_prctl", "cos", "puts", "sin"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !e.HasSoname("libm.so.6") || e.HasSoname("libz.so.1") {
		t.Error("sonames are wrong")
	}
	_, err = LoadExported(fstest.MapFS{"libc.so.6.symbols": {Data: []byte("abort\nputs gets\n")}})
	if want := `libc.so.6.symbols:2: "puts gets" is not a symbol name; write one name a line, with "! words" behind it if its behaviour differs`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := LoadExported(fstest.MapFS{}); err == nil {
		t.Error("no list is no error")
	}
}

// readelfNeeds is what a file needs by name, computed from readelf's output:
// undefined dynamic symbols and the symbols of copy relocations.
func readelfNeeds(t *testing.T, path string) []string {
	testenv.MustHave(t, "readelf")
	var out []string
	und := regexp.MustCompile(`(?m)^\s*\d+: [0-9a-f]+\s+\S+\s+\S+\s+\S+\s+\S+\s+UND ([^\s@]+)`)
	for _, m := range und.FindAllStringSubmatch(testenv.Run(t, "readelf", "--dyn-syms", "-W", path), -1) {
		out = append(out, m[1])
	}
	cp := regexp.MustCompile(`(?m) R_X86_64_COPY\s+[0-9a-f]+ ([^\s@]+)`)
	for _, m := range cp.FindAllStringSubmatch(testenv.Run(t, "readelf", "-r", "-W", path), -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// testFile is a host file as an input at the same path.
func testFile(p string) Input { return Input{Guest: p, Host: p} }

func TestExactSetMatchesReadelf(t *testing.T) {
	exes := []string{"/usr/bin/python3.11", "/usr/sbin/nginx", "/usr/bin/redis-server", "/usr/bin/sqlite3",
		"/usr/bin/lua5.4", "/usr/bin/memcached"}
	libs, _ := filepath.Glob("/usr/lib/x86_64-linux-gnu/lib*.so.[0-9]*")
	if len(libs) > 60 {
		libs = libs[:60]
	}
	// Every other name that some file needs is exported here, so that both
	// sides of the intersection matter.
	for _, p := range append(exes, libs...) {
		t.Run(filepath.Base(p), func(t *testing.T) {
			p := testenv.Sample(t, p)
			needs := readelfNeeds(t, p)
			var offered, want []string
			for i, n := range needs {
				if i%2 == 0 {
					offered, want = append(offered, n), append(want, n)
				}
			}
			r, err := Analyze([]Input{testFile(p)}, Options{Exported: exported(append(offered, "zz_never")...), DLSym: DLSymOff})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Files) == 0 {
				t.Skip("SKIPPED: not an ELF file")
			}
			if got := r.Files[0].Symbols; !slices.Equal(got, want) {
				t.Errorf("got %d symbols %q\nwant %d %q", len(got), got, len(want), want)
			}
			if got := r.Script().Globals(); !slices.Equal(got, want) {
				t.Errorf("the script has %d symbols, want %d", len(got), len(want))
			}
			// What is not offered must be missing or defined by the file.
			missing := make(map[string]bool)
			for _, m := range r.Missing {
				missing[m.Name] = true
			}
			for i, n := range needs {
				if i%2 == 1 && !missing[n] {
					f, _ := OpenELF(p)
					ss, _ := f.Symbols()
					f.Close()
					defined := false
					for _, s := range ss {
						defined = defined || s.Name == n && !s.Undefined()
					}
					if !defined {
						t.Errorf("%s is not reported as missing", n)
					}
				}
			}
		})
	}
}

func TestAnalyze(t *testing.T) {
	lib := testenv.Compile(t, "libfoo.so", `int foo(void) { return 1; }
extern int __attribute__((weak)) maybe(void);
int bar(void) { return maybe ? maybe() : 0; }`, "-shared", "-fPIC", "-Wl,-soname,libfoo.so")
	full := testenv.Compile(t, "libfoo.so", `int foo(void) { return 1; } int gone(void) { return 2; }`, "-shared", "-fPIC", "-Wl,-soname,libfoo.so")
	prog := testenv.Compile(t, "prog", `#include <stdio.h>
int foo(void), gone(void);
int main(void) { puts("x"); fflush(stdout); return foo() + gone(); }`, full, "-no-pie", "-fno-pie")
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no ELF"), 0o666); err != nil {
		t.Fatal(err)
	}
	exp := exported("__libc_start_main", "puts", "fflush", "stdout", "qsort", "foo")
	in := []Input{{Guest: "/prog", Host: prog}, {Guest: "/etc/text", Host: text}, {Guest: "/lib/libfoo.so", Host: lib}}
	r, err := Analyze(in, Options{Exported: exp, Symbols: []string{"qsort"}})
	if err != nil {
		t.Fatal(err)
	}
	// foo is defined by a library of the image, and offered all the same.
	want := `{
  global:
/*------- /prog */
    __libc_start_main;
    fflush;
    foo;
    puts;
    stdout;
/*------- /lib/libfoo.so */
/*------- [kernel] symbols */
    qsort;
  local:
    *;
};
`
	if got := r.Script().String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	err = r.Err()
	var me *MissingError
	if !errors.As(err, &me) || err.Error() != "/prog wants gone, which neither the kernel nor a library in the image defines: add such a library, or bring the host's C library with libc=image (--libc image)" {
		t.Errorf("got error %v", err)
	}
	weak := false
	for _, m := range r.Missing {
		if m.Name == "maybe" {
			weak = m.Weak
		}
	}
	if !weak {
		t.Errorf("the weak symbol is not among %v", r.Missing)
	}
	r, err = Analyze(in[:1], Options{Exported: exported("__libc_start_main", "puts", "fflush", "stdout", "gone")})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), "/prog needs the library libfoo.so, which is not in the image") {
		t.Errorf("got error %v", err)
	}
	if _, err := Analyze(in, Options{Exported: exp, Symbols: []string{"qsortt"}}); err == nil || !strings.Contains(err.Error(), "qsortt") {
		t.Errorf("a wrong name by hand: %v", err)
	}
}

// TestOpened: what a library that is opened at run time wants of its program may be missing, what it wants of the C
// library may not.
func TestOpened(t *testing.T) {
	plug := testenv.Compile(t, "plug.so", "int of_program(void), strfry(char *);\nint plug(char *s) { return of_program() + strfry(s); }", "-shared", "-fPIC", "-w", "-fno-builtin")
	for opened, want := range map[bool]string{false: "/plug.so wants of_program, strfry@GLIBC_2.2.5 (libc.so.6), which", true: "/plug.so wants strfry@GLIBC_2.2.5 (libc.so.6), which"} {
		r, err := Analyze([]Input{{Guest: "/plug.so", Host: plug, Opened: opened}}, Options{Exported: exported("puts")})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("opened %t: %v", opened, err)
		}
	}
}

func TestMuslNames(t *testing.T) {
	const src = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(int c, char **v){char b[9];strerror_r(c,b,9);puts(b);return 0;}"
	exp := exported("__libc_start_main", "puts", "strerror_r", "__xpg_strerror_r", "__musl_strerror_r", "__stack_chk_fail")
	for _, tt := range []struct{ compiler, want, not string }{
		{"musl-gcc", "__musl_strerror_r", "strerror_r"}, {"gcc", "__xpg_strerror_r", "__musl_strerror_r"},
	} {
		r, err := Analyze([]Input{{Guest: "/p", Host: testenv.CompileWith(t, tt.compiler, ".c", "p", src)}}, Options{Exported: exp})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Script().Globals(); !slices.Contains(got, tt.want) || slices.Contains(got, tt.not) {
			t.Errorf("%s: got %q", tt.compiler, got)
		}
	}
}

func TestVersions(t *testing.T) {
	dir := t.TempDir()
	vs := filepath.Join(dir, "v")
	if err := os.WriteFile(vs, []byte("V1 { global: f; local: *; };"), 0o666); err != nil {
		t.Fatal(err)
	}
	v1 := testenv.Compile(t, "libv.so", "int f(void){return 1;}", "-shared", "-fPIC", "-Wl,-soname,libv.so,--version-script="+vs)
	if err := os.WriteFile(vs, []byte("V2 { global: f; local: *; };"), 0o666); err != nil {
		t.Fatal(err)
	}
	v2 := testenv.Compile(t, "libv.so", "int f(void){return 1;}", "-shared", "-fPIC", "-Wl,-soname,libv.so,--version-script="+vs)
	v0 := testenv.Compile(t, "libv.so", "int f(void){return 1;}", "-shared", "-fPIC", "-Wl,-soname,libv.so")
	prog := testenv.Compile(t, "prog", "int f(void);int main(void){return f();}", v1)
	for _, tt := range []struct{ lib, want string }{
		{v1, ""}, {v0, ""},
		{v2, "/prog wants f@V1 (libv.so), which neither the kernel nor a library in the image defines: add such a library, or bring the host's C library with libc=image (--libc image)"},
	} {
		r, err := Analyze([]Input{{Guest: "/prog", Host: prog}, {Guest: "/lib/libv.so", Host: tt.lib}}, Options{Exported: exported("__libc_start_main")})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := r.Err(); err != nil {
			got = err.Error()
		}
		if tt.want != got {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestDLSym(t *testing.T) {
	prog := testenv.Compile(t, "prog", `#include <dlfcn.h>
int main(void) { return dlsym(0, "qsort") == dlsym(0, "not_offered"); }`)
	exp := exported("__libc_start_main", "dlsym", "qsort", "strtol")
	for _, tt := range []struct {
		mode      DLSymMode
		constants []string
		warnings  int
	}{{"", []string{"qsort"}, 1}, {DLSymAuto, []string{"qsort"}, 1}, {DLSymWarn, nil, 1}, {DLSymOff, nil, 0}} {
		r, err := Analyze([]Input{{Guest: "/prog", Host: prog}}, Options{Exported: exp, DLSym: tt.mode})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Files[0].Constants, tt.constants) || len(r.Warnings) != tt.warnings {
			t.Errorf("%q: got %q, warnings %q", tt.mode, r.Files[0].Constants, r.Warnings)
		}
		if tt.warnings > 0 && !strings.HasPrefix(r.Warnings[0], "/prog: uses dlsym()") {
			t.Errorf("warning %q does not name the file", r.Warnings[0])
		}
	}
	if _, err := ParseDLSymMode("maybe"); err == nil {
		t.Error("a wrong mode is no error")
	}
}

func TestStaticNeedsNothing(t *testing.T) {
	for _, flags := range [][]string{{"-static"}, {"-static-pie", "-fPIE"}} {
		p := testenv.Compile(t, "p", "#include <stdio.h>\nint main(void){puts(\"x\");}", flags...)
		r, err := Analyze([]Input{{Guest: "/p", Host: p}}, Options{Exported: exported("puts")})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Files) != 1 || !r.Files[0].Static || len(r.Script().Globals()) != 0 || r.Err() != nil {
			t.Errorf("%q: got %+v, %v", flags, r.Files, r.Err())
		}
	}
}
