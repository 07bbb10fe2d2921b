package elftest

import (
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// build compiles the loader with the host's part around it.
func build(t *testing.T) string {
	t.Helper()
	testenv.Sources(t, "host/*", "../*.[chS]", "../../include/*.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-fPIE", "-std=gnu11", "-fno-strict-aliasing")
	kernel := []string{"-ffreestanding", "-I../../include", "-Wall", "-Wno-missing-field-initializers"}
	for _, name := range []string{"header.c", "map.c", "module.c", "version.c", "lookup.c", "lookup_musl.c", "sysv_hash.c", "unique.c", "origin.c", "unload.c",
		"relocate.c", "relocate_copy.c", "relocate_rare.c", "relocate_tls.c",
		"search.c", "load.c", "load_file.c", "tls.c", "tls_assign.c", "memory.c", "error.c", "copyvar.c", "tlsdesc.S"} {
		o.Compile(filepath.Join("..", name), kernel...)
	}
	o.Compile("host/kernel.c", append(kernel, "-Ihost", "-I..")...)
	o.Compile("host/system.c", "-Wall")
	o.Compile("host/main.c", "-Wall")
	return o.Link()
}

const libcSource = `
char *names[] = { "a", "b" };
char **environ = names;
int optind = 1;
int puts(const char *s) { return *s; }
void *__tls_get_addr(unsigned long *v) { return v; }
int printf(const char *s, ...) { return *s; }
`

const libSource = `
extern int puts(const char *);
extern int nobody(void) __attribute__((weak));
__thread int counter = 3;
static __thread char buffer[100];
int shared_variable = 7;
int *pointer = &shared_variable;
const char *const strings[] = { "one", "two", "three" };
__attribute__((constructor)) static void begin(void) { puts("begin"); }
__attribute__((destructor)) static void end(void) { puts("end"); }
int *lib_counter(void) { buffer[1]++; return &counter; }
int lib_function(int n) { return puts(strings[n % 3]) + *pointer + (nobody ? nobody() : 0); }
__asm__(".symver old_function, renamed@LIB_1\n.symver new_function, renamed@@LIB_2");
int old_function(void) { return 1; }
int new_function(void) { return 2; }
`

const progSource = `
extern int puts(const char *), lib_function(int), renamed(void), *lib_counter(void);
extern char **environ;
extern int shared_variable, optind;
extern __thread int counter;
static int (*volatile table[])(int) = { lib_function };
void _start(void) { puts(environ[0]); counter += shared_variable + optind + renamed() + *lib_counter(); table[0](1); }
`

// sample is a folder with a program, a library that it needs, and a libc.
func sample(t *testing.T, pie bool, libFlags ...string) map[string][]byte {
	t.Helper()
	cc := testenv.MustHave(t, "gcc")
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return p
	}
	lib := filepath.Join(dir, "lib")
	if err := os.Mkdir(lib, 0o777); err != nil {
		t.Fatal(err)
	}
	common := []string{"-O1", "-fPIC", "-shared", "-nostdlib", "-fno-builtin", "-fcf-protection=none"}
	libc := filepath.Join(lib, "libc.so.6")
	testenv.Run(t, cc, append(common, "-Wl,-soname,libc.so.6", "-Wl,--version-script="+write("libc.map", "LIBC_2 { *; };"),
		"-o", libc, write("libc.c", libcSource))...)
	a := filepath.Join(lib, "liba.so")
	args := append(common, "-Wl,-soname,liba.so", "-Wl,--version-script="+write("lib.map", "LIB_1 { *; };\nLIB_2 { *; } LIB_1;"),
		"-o", a, write("lib.c", libSource))
	testenv.Run(t, cc, append(append(args, libFlags...), libc)...)
	mode := []string{"-no-pie", "-fno-pie"}
	if pie {
		mode = []string{"-pie", "-fPIE"}
	}
	prog := filepath.Join(dir, "prog")
	testenv.Run(t, cc, append(mode, "-O1", "-nostdlib", "-fno-builtin", "-Wl,-dynamic-linker,/lib64/ld-linux-x86-64.so.2",
		"-Wl,-rpath,$ORIGIN/lib", "-o", prog, write("prog.c", progSource), a, libc)...)
	files := map[string][]byte{}
	for name, p := range map[string]string{"prog": prog, "lib/liba.so": a, "lib/libc.so.6": libc} {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	return files
}

func layOut(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "lib"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var kinds = []struct {
	name  string
	pie   bool
	flags []string
}{
	{"pie", true, nil},
	{"fixed", false, []string{"-Wl,--hash-style=sysv"}},
	{"initial exec", true, []string{"-ftls-model=initial-exec"}},
	{"descriptors", true, []string{"-mtls-dialect=gnu2"}},
	{"relr", true, []string{"-Wl,-z,pack-relative-relocs", "-Wl,-z,now"}},
}

func TestGood(t *testing.T) {
	prog := build(t)
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			got := testenv.Run(t, prog, layOut(t, sample(t, k.pie, k.flags...)))
			if got != "ok\n" {
				t.Errorf("linking says %q", got)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	prog := build(t)
	good := sample(t, true)
	with := func(name string, data []byte) map[string][]byte {
		m := map[string][]byte{}
		for k, v := range good {
			m[k] = v
		}
		if m[name] = data; data == nil {
			delete(m, name)
		}
		return m
	}
	at := func(data []byte, off int, bytes ...byte) []byte {
		d := append([]byte(nil), data...)
		copy(d[off:], bytes)
		return d
	}
	p, a := good["prog"], good["lib/liba.so"]
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"no program", with("prog", nil), "no such file in the image"},
		{"empty", with("prog", []byte{}), "too short for an ELF file"},
		{"script", with("prog", []byte("#!/bin/sh\n"+strings.Repeat("#", 100))), "not an ELF file"},
		{"32 bits", with("prog", at(p, 4, 1)), "not for x86-64"},
		{"other machine", with("prog", at(p, 18, 183)), "not for x86-64"},
		{"object file", with("prog", at(p, 16, 1)), "neither a program nor a shared object"},
		{"header size", with("prog", at(p, 54, 57)), "corrupt ELF header"},
		{"headers outside", with("prog", at(p, 32, 0xff, 0xff, 0xff, 0xff)), "truncated: it ends before"},
		{"truncated", with("prog", p[:len(p)/4]), "truncated"},
		{"library gone", with("lib/liba.so", nil), "liba.so: cannot open shared object file (wanted by"},
		{"library truncated", with("lib/liba.so", a[:2000]), "/lib/liba.so: truncated"},
		{"symbol gone", with("lib/liba.so", []byte(strings.Replace(string(a), "lib_function", "lib_FUNCTION", 1))),
			"prog: undefined symbol lib_function"},
		{"version gone", with("lib/liba.so", []byte(strings.ReplaceAll(string(a), "LIB_2", "LIB_3"))), "@LIB_2 (wanted by prog)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := testenv.Run(t, prog, layOut(t, c.files))
			if !strings.Contains(got, c.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("says %q, want %q in one line", got, c.want)
			}
		})
	}
}

// damage returns a copy with a few bytes changed, mostly where structures are.
func damage(r *rand.Rand, data []byte) []byte {
	d := append([]byte(nil), data...)
	if r.Intn(12) == 0 {
		return d[:r.Intn(len(d))]
	}
	interesting := []byte{0, 1, 0x7f, 0x80, 0xff, 8, 0x40}
	for range 1 + r.Intn(4) {
		var at int
		switch r.Intn(4) {
		case 0:
			at = r.Intn(64 + 56*13) // ELF header and program headers
		case 1:
			at = r.Intn(min(len(d), 0x1000)) // symbols, hash tables, relocations
		case 2:
			at = min(0x2d00+r.Intn(0x500), len(d)-1) // dynamic section, GOT, data
		default:
			at = r.Intn(len(d))
		}
		if r.Intn(2) == 0 {
			d[at] = interesting[r.Intn(len(interesting))]
		} else {
			d[at] ^= 1 << r.Intn(8)
		}
	}
	return d
}

// TestDamaged: whatever is wrong with a file, linking it ends, without a fault
// of the loader's own.
func TestDamaged(t *testing.T) {
	prog := build(t)
	cases := 200
	if n, err := strconv.Atoi(os.Getenv("UK_ELF_CASES")); err == nil {
		cases = n
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			good := sample(t, k.pie, k.flags...)
			r := rand.New(rand.NewSource(int64(len(k.name))))
			count := map[string]int{}
			for done := 0; done < cases; done += 50 {
				var dirs []string
				for range 50 {
					files := map[string][]byte{}
					for name, data := range good {
						files[name] = data
					}
					name := []string{"prog", "lib/liba.so"}[r.Intn(2)]
					files[name] = damage(r, files[name])
					dirs = append(dirs, layOut(t, files))
				}
				lines := strings.Split(strings.TrimSpace(testenv.Run(t, prog, dirs...)), "\n")
				if len(lines) != len(dirs) {
					t.Fatalf("%d answers to %d files: %q", len(lines), len(dirs), lines)
				}
				for i, l := range lines {
					word, _, _ := strings.Cut(l, " ")
					if word == "CRASHED" || word == "HUNG" || word == "PANIC" {
						keep := filepath.Join(os.TempDir(), "elftest-failed")
						os.RemoveAll(keep)
						os.CopyFS(keep, os.DirFS(dirs[i]))
						t.Errorf("case %d: %s; the files are in %s", done+i, l, keep)
					}
					if word != "ok" && word != "ran" {
						word = "refused"
					}
					count[word]++
				}
			}
			t.Log(count)
		})
	}
}
