package tests

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// make compiles and links the module of a source text, with further flags for both;
// the error is what the tools said.
func (m *moduleImage) make(name, source string, cflags, ldflags []string) (string, error) {
	m.t.Helper()
	file, object, out := filepath.Join(m.dir, name+".c"), filepath.Join(m.dir, name+".o"), filepath.Join(m.dir, name+".so")
	if err := os.WriteFile(file, []byte("#include \"kernel.h\"\n#include \"module.h\"\n"+source), 0o666); err != nil {
		m.t.Fatal(err)
	}
	for _, command := range [][]string{
		append(append([]string{"gcc"}, m.compiler()...), append(cflags, "-o", object, file)...),
		append(append([]string{"ld"}, m.linker()...), append(ldflags, "-soname", name+".so", "-o", out, object, filepath.Join(m.kit, "module.o"))...),
	} {
		if text, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s", text)
		}
	}
	return out, nil
}

// Modules that people make, with things that modules cannot have: the build warns
// of them, or the linker script refuses them, and the kernel has one line for each.
func TestModuleHandMade(t *testing.T) {
	t.Parallel()
	const start = `static int start(void) { kprintf("runs\n"); return 0; }
MODULE_INIT(start, NULL);
`
	m := newModuleImage(t, "args.c")
	type row struct {
		name, source    string
		cflags, ldflags []string
		warn, want      string // the build's, the guest's
	}
	rows := []row{
		{"weak", start + `void nowhere(void) __attribute__((weak)); void (*volatile w)(void) = nowhere; static void __attribute__((constructor)) c(void) { kprintf("weak: %d\n", !nowhere && !w); }`,
			nil, nil, "", "weak: 1\nruns\nmodule weak.so: loaded"},
		{"plt", start, []string{"-fplt"}, nil, "", "runs\nmodule plt.so: loaded"},
		{"many", start + `int b[100000]; int *p[] = { b, b + 1, b + 99999 }; static int s(void) { kprintf("%d\n", p[2] - p[0]); return 0; } MODULE_INIT(s, NULL);`,
			nil, nil, "", "99999\nruns\nmodule many.so: loaded"},
		{"huge", start + `char room[3 << 20];`, nil, nil, "takes 30", "module huge.so: takes 30"},
		{"ifunc", start + `static void f(void) {} static void *r(void) { return f; } void g(void) __attribute__((ifunc("r"))); void *p = g;`,
			nil, nil, "", "module ifunc.so: "},
		{"text", start + `__asm__(".text; .quad kprintf");`, nil, []string{"-z", "notext"}, "has relocations of code; compile it with -fPIC", "module text.so: a relocation of code; compile it with -fPIC"},
		{"init", start + `void _init(void) {}`, nil, nil, "has an init function of the linker's", "module init.so: has an init function of the linker's (DT_INIT); use MODULE_INIT"},
		{"oldhash", start, nil, []string{"--hash-style=sysv"}, "has no DT_GNU_HASH", "module oldhash.so: has no DT_GNU_HASH; link it with --hash-style=gnu"},
		{"pcrel", start + `__asm__(".data; .quad kprintf - .; .text");`, nil, nil, "R_X86_64_PC64", "module pcrel.so: a relocation of type 24, which modules cannot have"},
		{"size", start + `__asm__(".data; .quad kprintf@SIZE; .text");`, nil, nil, "R_X86_64_SIZE64", "module size.so: a relocation of type 33, which modules cannot have"},
		{"absent", start + `void nobody(void); void *p = nobody;`, nil, nil, "wants nobody", "module absent.so: undefined symbol nobody: "},
		{"private", start + `long cmdline_next_private(void); void *p = cmdline_next_private;`, nil, nil, "wants cmdline_next_private", "module private.so: undefined symbol cmdline_next_private: "},
		{"program", start + `int main(void); void *p = main;`, nil, nil, "wants main", "module program.so: undefined symbol main: "},
	}
	for _, r := range rows {
		file, err := m.make(r.name, r.source, r.cflags, r.ldflags)
		if err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		m.modules = append(m.modules, file)
	}
	out, status := m.output()
	for _, r := range rows {
		if !strings.Contains(out, r.want) {
			t.Errorf("%s: no %q in the output", r.name, r.want)
		}
		if w := "module " + r.name + ".so"; r.warn != "" && !slices.ContainsFunc(m.warned, func(s string) bool {
			return strings.Contains(s, w+" ") && strings.Contains(s, r.warn) && strings.Contains(s, ": the kernel will refuse it")
		}) {
			t.Errorf("%s: no warning of %q", r.name, r.warn)
		}
	}
	if status != 0 || !strings.Contains(out, "arguments, ends") || t.Failed() {
		t.Errorf("status %d, warnings %q, output:\n%s", status, m.warned, out)
	}
	for _, r := range []row{
		{name: "thread", source: start + `__thread int x; int *f(void) { return &x; }`, want: "a module cannot have thread-local variables"},
		{name: "call", source: start + `long sys_mine(void) { return 0; } SYSCALL(999, mine, FULL);`, want: "a module cannot have entries for the kernel's tables"},
		{name: "old", source: start + `__asm__(".section .ctors, \"aw\"; .quad start; .text");`, want: "a module cannot have .ctors, .init and the like"},
	} {
		if _, err := m.make(r.name, r.source, r.cflags, r.ldflags); err == nil || !strings.Contains(err.Error(), r.want) {
			t.Errorf("%s: the linker says %v", r.name, err)
		}
	}
}

// structure has the offsets of what the loader reads of a module: headers, note,
// dynamic section, symbols, names, hash table, relocations.
func structure(t *testing.T, data []byte) []int {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for i := range 64 + 56*len(f.Progs) {
		out = append(out, i)
	}
	for _, name := range []string{".note.uk", ".dynamic", ".gnu.hash", ".dynsym", ".dynstr", ".rela.dyn"} {
		s := f.Section(name)
		for i := range int(s.Size) {
			out = append(out, int(s.Offset)+i)
		}
	}
	return out
}

// damage spoils a module in the I-th way.
func damage(data []byte, places []int, i int, dice *rand.Rand) {
	switch {
	case i < 8: // cut short
		clear(data[len(data)*i/8:])
	case i < 16: // of no sense at all
		for j := i * 64; j < len(data); j++ {
			data[j] = byte(dice.Uint32())
		}
	default:
		for range 1 + i%3 {
			at := places[dice.IntN(len(places))]
			switch dice.IntN(4) {
			case 0:
				data[at] ^= 1 << dice.IntN(8)
			case 1:
				data[at] = 0xff
			case 2:
				data[at] = byte(dice.Uint32())
			case 3:
				binary.LittleEndian.PutUint64(data[min(at, len(data)-8)&^7:], []uint64{0, 1, 1 << 63, ^uint64(0), 1 << 40, 0x1000}[dice.IntN(6)])
			}
		}
	}
}

// Damaged modules in one boot, the same ones each time: each is refused in one line,
// and nothing else happens. The build reads only good ones, so the others are put
// into the finished root file system.
func TestModuleFuzz(t *testing.T) {
	t.Parallel()
	const count = 400
	m := newModuleImage(t, "args.c")
	good, err := os.ReadFile(m.module("b000.so", []string{"plain"}))
	if err != nil {
		t.Fatal(err)
	}
	places := structure(t, good)
	var names []string
	var all [][]byte
	for i := range count {
		names = append(names, fmt.Sprintf("b%03d.so", i))
		all = append(all, bytes.ReplaceAll(good, []byte(names[0]), []byte(names[i])))
		file := filepath.Join(m.dir, names[i])
		if err := os.WriteFile(file, all[i], 0o666); err != nil {
			t.Fatal(err)
		}
		m.modules = append(m.modules, file)
	}
	img := m.build()
	root, err := os.ReadFile(img.Root())
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(7, 9))
	for i, data := range all {
		at := bytes.Index(root, data)
		if at < 0 {
			t.Fatal("a module is not in the root file system as it is")
		}
		damage(root[at:at+len(data)], places, i, dice)
	}
	if err := os.WriteFile(img.Root(), root, 0o666); err != nil {
		t.Fatal(err)
	}
	out, status := m.boot(img)
	if status != 0 || !strings.Contains(out, "arguments, ends") || strings.Contains(out, "panic") {
		t.Errorf("status %d, output:\n%s", status, out)
	}
	for _, name := range names {
		var lines []string
		for _, line := range strings.Split(out, "\n") {
			if strings.Contains(line, name+":") {
				lines = append(lines, line)
			}
		}
		if len(lines) != 1 {
			t.Errorf("%s: %q", name, lines)
		}
	}
}
