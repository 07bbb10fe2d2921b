package tests

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/explain"
	"uk.example/internal/image"
	"uk.example/internal/testenv"
	"uk.example/linker"
)

// moduleImage is what a test of modules runs.
type moduleImage struct {
	t       *testing.T
	dir     string
	kit     string
	prog    string // guest program on the host
	args    string
	modules []string // files
	kernel  string   // further lines of [kernel]
	cpus    int
	opt     uk.Options
	warned  []string
}

func newModuleImage(t *testing.T, source string, flags ...string) *moduleImage {
	t.Helper()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	kit, err := uk.FindKit("")
	if err != nil {
		t.Fatal(err)
	}
	if kit, err = filepath.Abs(kit); err != nil {
		t.Fatal(err)
	}
	m := &moduleImage{t: t, dir: t.TempDir(), kit: kit}
	m.prog = c(source, flags...)(t, m.dir)
	return m
}

func (m *moduleImage) run(name string, args ...string) string {
	m.t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// compiler and linker are the flags of docs/modules.md.
func (m *moduleImage) compiler() []string {
	return []string{"-std=gnu11", "-Oz", "-fPIC", "-fno-plt", "-DMODULE", "-ffreestanding", "-nostdinc", "-isystem", m.run("gcc", "-print-file-name=include"),
		"-I../kernel/include", "-I../kernel/interfaces", "-mgeneral-regs-only", "-mno-red-zone",
		"-fstack-protector-strong", "-mstack-protector-guard=global", "-include", "../kernel/include/stack_protector.h", "-fcf-protection=branch", "-fno-asynchronous-unwind-tables", "-Wa,--noexecstack", "-c"}
}

func (m *moduleImage) linker() []string {
	return []string{"-shared", "-T", filepath.Join(m.kit, "module.ld"), "--hash-style=gnu", "-Bsymbolic", "-z", "now", "-z", "noexecstack",
		"-z", "norelro", "-z", "max-page-size=4096", "--build-id=none"}
}

// module compiles sources of tests/modules as docs/modules.md says, and links
// them with libraries, which are files.
func (m *moduleImage) module(name string, sources []string, libraries ...string) string {
	m.t.Helper()
	out := filepath.Join(m.dir, name)
	args := append(m.linker(), "-soname", name, "-o", out)
	for _, s := range sources {
		o := filepath.Join(m.dir, s+".o")
		m.run("gcc", append(m.compiler(), "-o", o, filepath.Join("modules", s+".c"))...)
		args = append(args, o)
	}
	m.run("ld", append(append(args, filepath.Join(m.kit, "module.o")), libraries...)...)
	return out
}

// library makes an empty shared object of that soname.
func (m *moduleImage) library(soname string) string {
	out := filepath.Join(m.dir, fmt.Sprintf("lib%d.so", len(soname)))
	m.run("gcc", "-shared", "-nostdlib", "-Wl,-soname,"+soname, "-o", out, "-x", "c", os.DevNull)
	return out
}

// build builds the image.
func (m *moduleImage) build() *uk.Image {
	m.t.Helper()
	text := fmt.Sprintf("[manifest]\n/prog: %s\n[app]\ncommand = /prog %s\n[kernel]\n%s", m.prog, m.args, m.kernel)
	if m.modules != nil {
		text += "\nmodules = " + strings.Join(m.modules, " ") + "\n"
	}
	m.opt.Manifest = filepath.Join(m.dir, "usr.manifest")
	if err := os.WriteFile(m.opt.Manifest, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
	m.opt.Output = filepath.Join(m.dir, "image.uk")
	m.opt.Warn = func(s string) { m.warned = append(m.warned, s) }
	img, err := uk.Build(context.Background(), m.opt)
	if err != nil {
		m.t.Fatal(err)
	}
	return img
}

// output builds the image and runs it: everything that program and kernel wrote.
func (m *moduleImage) output() (out string, status int) {
	m.t.Helper()
	return m.boot(m.build())
}

// boot runs an image.
func (m *moduleImage) boot(img *uk.Image) (out string, status int) {
	m.t.Helper()
	var b bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &b, Stderr: &b, CPUs: m.cpus, Verbose: true})
	if err != nil {
		m.t.Fatalf("%v; output:\n%s", err, clip(b.String()))
	}
	return b.String(), st.ExitCode()
}

// patch changes a byte of the fingerprint in the file at name.
func patch(t *testing.T, name string) {
	t.Helper()
	print, err := linker.FileFingerprint(name)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := hex.DecodeString(print)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(data, want)
	if i < 0 {
		t.Fatalf("%s: no fingerprint", name)
	}
	data[i] ^= 0xff
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Modules that cannot be loaded: each is refused in one line that names it and
// says why, nothing of it stays, and the guest goes on or ends as the manifest says.
func TestModuleRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		modules func(m *moduleImage) []string
		want    []string // in the output, in this order
		warn    string   // said when the image is built
		not     string   // must not be in the output
	}{
		{"fingerprint", func(m *moduleImage) []string {
			f := m.module("first.so", []string{"first"})
			patch(m.t, f)
			return []string{f}
		}, []string{"module first.so: its fingerprint is ", ", this kernel's ", ": only modules of the same build load (asked for: boot)"}, "the kernel will refuse it", "first: "},
		{"missing dependency", func(m *moduleImage) []string {
			return []string{m.module("first.so", []string{"first"}, m.library("absent.so"))}
		}, []string{"module first.so: needs absent.so, which the image does not list"}, "module first.so needs absent.so", "first: "},
		{"dependency elsewhere", func(m *moduleImage) []string {
			return []string{m.module("first.so", []string{"first"}, m.library("../../../../prog"))}
		}, []string{"module first.so: needs ../../../../prog, which the image does not list"}, "needs ../../../../prog", "first: "},
		{"unresolved symbol", func(m *moduleImage) []string { return []string{m.module("undefined.so", []string{"undefined"})} },
			[]string{"module undefined.so: undefined symbol no_such_function: "}, "wants no_such_function", "undefined: started"},
		{"second start function", func(m *moduleImage) []string { return []string{m.module("both.so", []string{"first", "second"})} },
			[]string{"first: started", "module both.so: init function second_start: error 5", "first: stopped"}, "", ""},
		{"dependent", func(m *moduleImage) []string { // what was loaded for the failing module goes as well
			first := m.module("first.so", []string{"first"})
			return []string{m.module("last.so", []string{"undefined"}, first), first}[:1]
		}, []string{"module last.so: "}, "", "first: started"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, policy := range []string{"", "continue", "stop"} {
				m := newModuleImage(t, "args.c")
				m.modules = tt.modules(m)
				if policy != "" {
					m.kernel = "module_failure = " + policy
				}
				out, status := m.output()
				rest := out
				for _, w := range tt.want {
					_, after, ok := strings.Cut(rest, w)
					if !ok {
						t.Fatalf("module_failure %q: no %q in its place in the output:\n%s", policy, w, out)
					}
					rest = after
				}
				if tt.not != "" && strings.Contains(out, tt.not) {
					t.Errorf("module_failure %q: %q in the output:\n%s", policy, tt.not, out)
				}
				ran := strings.Contains(out, "arguments, ends")
				if policy == "stop" && (status != 126 || ran) || policy != "stop" && (status != 0 || !ran) {
					t.Errorf("module_failure %q: status %d, the program ran: %v; output:\n%s", policy, status, ran, out)
				}
				if !strings.Contains(strings.Join(m.warned, "\n"), tt.warn) {
					t.Errorf("warnings: %q", m.warned)
				}
			}
		})
	}
}

// What a module needs is loaded and started before it, whatever the order in the
// manifest.
func TestModuleNeeds(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	first := m.module("first.so", []string{"first"})
	m.modules = []string{m.module("user.so", []string{"user"}, first), first}
	out, status := m.output()
	if a, b := strings.Index(out, "first: started\n"), strings.Index(out, "user: 42\n"); a < 0 || b < a || strings.Count(out, "first: started") != 1 || status != 0 {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}

// What needs a module that was refused is refused for that.
func TestModuleNeedsRefused(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	first := m.module("first.so", []string{"first"})
	user := m.module("user.so", []string{"user"}, first)
	patch(t, first)
	m.modules = []string{first, user}
	if out, status := m.output(); status != 0 || strings.Count(out, "module first.so: its fingerprint") != 1 || !strings.Contains(out, "module user.so: needs first.so, which was refused (asked for: boot)\n") {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}

// One that is called as a refused one, but for the first letter, is not refused.
func TestModuleNameAlike(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	refused, other := m.module("first.so", []string{"first"}), m.module("wirst.so", []string{"first"})
	patch(t, refused)
	m.modules = []string{refused, other, m.module("user.so", []string{"user"}, other)}
	if out, status := m.output(); status != 0 || !strings.Contains(out, "module first.so: its fingerprint") || !strings.Contains(out, "user: 42\n") {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}

// A module with a good fingerprint and damaged tables is refused before anything
// of it runs or is called.
func TestModuleDamaged(t *testing.T) {
	t.Parallel()
	relocation := func(kind elf.R_X86_64, nth int, field int, value uint64) func(t *testing.T, f *elf.File, data []byte) {
		return func(t *testing.T, f *elf.File, data []byte) {
			s := f.Section(".rela.dyn")
			for r := data[s.Offset : s.Offset+s.Size]; len(r) > 0; r = r[24:] {
				if elf.R_X86_64(binary.LittleEndian.Uint32(r[8:])) == kind {
					if nth--; nth < 0 {
						binary.LittleEndian.PutUint64(r[field:], value)
						return
					}
				}
			}
			t.Fatal("no such relocation")
		}
	}
	const offset, addend = 0, 16 // in a relocation
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, f *elf.File, data []byte)
		want   string
	}{
		{"pointer out of the module", relocation(elf.R_X86_64_RELATIVE, 1, addend, 0xff0000), "corrupt relocation"},
		{"pointer to the ELF header", relocation(elf.R_X86_64_RELATIVE, 1, addend, 0), "corrupt relocation"},
		{"relocation of code", relocation(elf.R_X86_64_RELATIVE, 1, offset, 0x1000), "a relocation of code"},
		{"relocation of the relocations", relocation(elf.R_X86_64_RELATIVE, 1, offset, 0x200), "corrupt relocation"},
		{"behind a kernel function", relocation(elf.R_X86_64_GLOB_DAT, 0, addend, 0x10), "corrupt relocation"},
		{"pointer that is no interface's", func(t *testing.T, f *elf.File, data []byte) {
			s := f.Section(".rela.dyn")
			for r := data[s.Offset : s.Offset+s.Size]; len(r) > 0; r = r[24:] {
				syms, _ := f.DynamicSymbols()
				if i := binary.LittleEndian.Uint32(r[12:]); i > 0 && syms[i-1].Name == "interface_vsock_socket" {
					for j, s := range syms {
						if s.Name == "kprintf" {
							binary.LittleEndian.PutUint32(r[12:], uint32(j+1))
							return
						}
					}
				}
			}
			t.Fatal("no such relocation")
		}, "its tables are damaged"},
		{"endless dynamic section", func(t *testing.T, f *elf.File, data []byte) {
			s := f.Section(".dynamic")
			for d := data[s.Offset : s.Offset+s.Size]; len(d) > 0; d = d[16:] {
				if binary.LittleEndian.Uint64(d) == uint64(elf.DT_NULL) {
					binary.LittleEndian.PutUint64(d, uint64(elf.DT_DEBUG))
				}
			}
		}, "corrupt dynamic section"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newModuleImage(t, "args.c")
			file := m.module("sockets.so", []string{"sockets"})
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, err := elf.NewFile(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			tt.damage(t, f, data)
			if err := os.WriteFile(file, data, 0o666); err != nil {
				t.Fatal(err)
			}
			m.modules = []string{file}
			out, status := m.output()
			if status != 0 || !strings.Contains(out, tt.want) || !strings.Contains(out, "(asked for: boot)") || strings.Contains(out, "starting") || !strings.Contains(out, "arguments, ends") {
				t.Errorf("status %d, output:\n%s", status, out)
			}
		})
	}
}

// The same for a function that another module is bound to.
func TestModuleDamagedSymbol(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	first := m.module("first.so", []string{"first"})
	m.modules = []string{first, m.module("user.so", []string{"user"}, first)}
	f, err := elf.Open(first)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	for s, i := f.Section(".dynsym"), uint64(0); i < s.Size; i += s.Entsize {
		if y := data[s.Offset+i:]; elf.ST_TYPE(y[4]) == elf.STT_FUNC {
			binary.LittleEndian.PutUint64(y[8:], 0xff0000)
		}
	}
	if err := os.WriteFile(first, data, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, status := m.output(); status != 0 || !strings.Contains(out, "module first.so: corrupt symbol table") || strings.Contains(out, "user: ") {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}

// Nothing of a module is both writable and executable.
func TestModuleRights(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	m.modules = []string{m.module("rights.so", []string{"rights"})}
	if out, status := m.output(); status != 0 || !strings.Contains(out, "code: r-x\nconstant: r--\nvariable: rw-\n") {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}

// A kernel stack that is full ends in a panic that says so, whoever's it is, and names the module's functions.
func TestModuleKernelStack(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"boot", "thread", "endless"} {
		m := newModuleImage(t, "args.c")
		source := "overflow"
		if where == "endless" {
			source = where
		}
		m.modules = []string{m.module(source+".so", []string{source})}
		m.args = where
		out, status := m.output()
		if status == 0 || !strings.Contains(out, "panic: the kernel stack of this thread is full\n") || strings.Count(out, " deeper+0x") < 5 || strings.Contains(out, "depth") {
			t.Errorf("%s: status %d, output:\n%s", where, status, out)
		}
	}
}

// A driver of another build of the kit is refused when its device is found; the
// rest of the kernel does without it.
func TestModuleOfDevice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		patched bool
		kernel  string
		status  int
	}{{false, "", 0}, {true, "", 0}, {true, "module_failure = stop", 126}} {
		m := newModuleImage(t, "args.c")
		kit := filepath.Join(m.dir, "kit")
		m.run("cp", "-r", m.kit, kit)
		if m.opt.Kit = kit; tt.patched {
			patch(t, filepath.Join(kit, "modules", "virtio_rng.so"))
		}
		m.opt.Drivers, m.kernel = []string{"rng=m"}, tt.kernel
		out, status := m.output()
		if loaded, refused := strings.Contains(out, "module virtio_rng.so: loaded for virtio:4"), strings.Contains(out, "module virtio_rng.so: its fingerprint"); loaded == tt.patched || refused != tt.patched || status != tt.status || strings.Contains(out, "CONFIG_") {
			t.Errorf("%+v: status %d, output:\n%s", tt, status, out)
		}
	}
}

// Threads that ask for the same module at once: one loads it, the others wait, and
// all of them reach it.
func TestModuleThreads(t *testing.T) {
	t.Parallel()
	const absent, theirs = "errors 97 97 97 97\n", "errors 76 76 76 76\n"
	m := newModuleImage(t, "sockets.c", "-pthread")
	m.cpus = 2
	if out, _ := m.output(); !strings.Contains(out, absent) {
		t.Errorf("without the module:\n%s", out)
	}
	module := m.module("sockets.so", []string{"sockets"})
	m.modules = []string{module}
	out, status := m.output()
	if status != 0 || strings.Count(out, "sockets: starting") != 1 || strings.Count(out, "sockets: started") != 1 || !strings.Contains(out, theirs) {
		t.Errorf("loaded at boot: status %d, output:\n%s", status, out)
	}
	// Loaded by the first who asks: not named in the manifest, but put into the kit in place of the real one.
	kit := filepath.Join(m.dir, "kit")
	m.run("cp", "-r", m.kit, kit)
	replaceModule(t, kit, "virtio_vsock", module)
	m.opt.Kit, m.modules, m.opt.Drivers = kit, nil, []string{"virtio_vsock=m"}
	out, status = m.output()
	if status != 0 || strings.Count(out, "sockets: starting") != 1 || strings.Count(out, "sockets: started") != 1 || !strings.Contains(out, theirs) {
		t.Errorf("loaded when asked for: status %d, output:\n%s", status, out)
	}
}

// replaceModule puts the module in file in the place of the kit's one called name.
func replaceModule(t *testing.T, kit, name, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kit, "modules", name+".so"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	one, err := linker.ReadModule(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := linker.OpenKit(kit)
	if err != nil {
		t.Fatal(err)
	}
	list, err := k.Modules()
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if m := &list[i]; m.Name == name {
			one.Name, one.File, one.Config = m.Name, m.File, m.Config
			*m = *one
		}
	}
	if data, err = json.Marshal(list); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kit, linker.KitModulesFile), data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// A program cannot load the kernel's modules as libraries.
func TestModuleIsNoLibrary(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{"virtio_rng.so": "is a module of the kernel", "loader": "not a shared library", "loader.first": "truncated"} {
		m := newModuleImage(t, "dlmodule.c", "-ldl")
		m.args = image.ModulesFolder + "/" + file
		m.opt.Drivers = []string{"rng=m"}
		if out, status := m.output(); status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, output:\n%s", status, out)
		}
	}
}

// maxModular is how much larger a kernel may be, in bytes, when everything that
// can be is a module than when it is absent: what the modules need of the kernel stays in it, such as
// interrupts, the checks of new names, and a pointer and a stub for each function of an interface. ext4, which no
// image has that does not ask for it, wants 1,709 of them.
const maxModular = 4352

// A hello with every driver a module where it can be one: it runs, and its kernel
// is hardly larger than with all of them absent.
func TestModuleSizes(t *testing.T) {
	t.Parallel()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	kitDir, err := uk.FindKit("")
	if err != nil {
		t.Fatal(err)
	}
	kit, err := linker.OpenKit(kitDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{nil, {"-static"}} {
		modularAndAbsent(t, kit, c("args.c", flags...)(t, dir), dir)
	}
}

func modularAndAbsent(t *testing.T, kit *linker.Kit, prog, dir string) {
	size := map[string]int64{}
	for _, value := range []string{"m", "n"} {
		opt := uk.Options{Binary: prog, Profile: "base", Output: filepath.Join(dir, value+".uk")}
		for i := range kit.Drivers {
			// A kernel with the module of /proc has what its files tell of, of which one for args.c has nothing.
			if d := &kit.Drivers[i]; d.Type == linker.TypeTristate && d.Config != "PROC" {
				opt.Drivers = append(opt.Drivers, d.Name+"="+value)
			}
		}
		img, err := uk.Build(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		size[value] = img.KernelSize
		var out bytes.Buffer
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out})
		cancel()
		if err != nil || st.ExitCode() != 0 || !strings.Contains(out.String(), "arguments, ends") {
			t.Errorf("%s: %v, %v; output:\n%s", value, st, err, clip(out.String()))
		}
		if len(img.Modules) == 0 != (value == "n") {
			t.Errorf("%s: modules %v", value, img.Modules)
		}
	}
	t.Logf("%d bytes with everything a module, %d without", size["m"], size["n"])
	if size["m"] > size["n"]+maxModular {
		t.Errorf("everything as modules costs the kernel %d bytes, more than %d", size["m"]-size["n"], maxModular)
	}
}

// A processor without RDRAND has the entropy device's bytes only, through a module,
// through a driver that is built in, or not at all.
func TestModuleEntropy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ value, want string }{
		{"m", "32 32, the same: 0"}, {"y", "32 32, the same: 0"}, {"n", "no entropy"},
	} {
		r := machineRun{img: buildFor(t, "getrandom.c", "virtio-mmio", "rng="+tt.value)}
		r.qemu(t, uk.RunOptions{Verbose: true}, "", "-cpu", "max,-rdrand,-rdseed")
		if loaded := strings.Contains(r.out, "module virtio_rng.so: loaded"); !strings.Contains(r.out, tt.want) || loaded != (tt.value == "m") {
			t.Errorf("rng=%s: status %d, output:\n%s", tt.value, r.status, r.out)
		}
	}
}

// The memory that the first module takes is what uk report --modules says of it and
// of its loader, and at most four pages more for what the kernel notes of them; or a page less, as small parts find room
// in pages that the kernel's heap has already.
func TestModuleMemory(t *testing.T) {
	t.Parallel()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	img, err := uk.Build(context.Background(), uk.Options{Binary: c("modulememory.c")(t, dir), Drivers: []string{"vsock=m"}, Output: filepath.Join(dir, "image.uk")})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	if st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out}); err != nil || st.ExitCode() != 0 {
		t.Fatalf("%v, %v; output:\n%s", st, err, clip(out.String()))
	}
	r, err := explain.ReportModules(context.Background(), img.Dir, "")
	if err != nil {
		t.Fatal(err)
	}
	var took int64
	if n, err := fmt.Sscan(out.String(), &took); n != 1 {
		t.Fatalf("%v; output:\n%s", err, clip(out.String()))
	}
	if len(r.Modules) != 1 {
		t.Fatalf("%+v", r.Modules)
	}
	if n := r.Modules[0].Memory + r.Loader - r.First; n > (took+4)<<10 || n+4*4096 < took<<10 {
		t.Errorf("it takes %d KB, the report says %d bytes", took, n)
	}
	if m := r.Modules[0]; m.Kernel <= 0 || len(m.Symbols) == 0 {
		t.Errorf("%+v", m)
	}
}
