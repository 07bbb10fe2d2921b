package linker

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// A kit in small: every mechanism of the real one once.
var tinySources = map[string][]string{
	"libkernel": {
		// boot-entry.c: the note, the entry, and walks over the tables.
		`#include "tiny.h"
__asm__(".section .note.Xen,\"a\",@note\n.balign 4\n.long 4,4,18\n.asciz \"Xen\"\n.long _start - 0x400000000000\n.previous");
extern struct entry systab_start[], systab_end[];
extern const char *const drivers_start[], *const drivers_end[];
long print(const char *s);
void _start(void) {
	for (struct entry *e = systab_start; e < systab_end; e++) e->fn();
	for (const char *const *d = drivers_start; d < drivers_end; d++) print(*d);
}`,
		// boot-print.c
		`long print(const char *s) { return s[0]; }
long enosys(const char *name) { return print(name) - 38; }
long unused_by_all(void) { return 1; }`,
		// sys-write.c, sys-read.c: system calls
		`#include "tiny.h"
long file_write(void);
long sys_write(long fd) { return file_write() + fd; }
SYSCALL(1, write);`,
		`#include "tiny.h"
long file_read(void);
long sys_read(long fd) { return file_read() + fd; }
SYSCALL(0, read);`,
		// fs-file.c
		`static long data = 7;
long file_write(void) { return data++; }
long file_read(void) { return data; }`,
		// drivers-disk.c, drivers-bus.c
		`long bus_scan(void);
long disk_probe(void) { return bus_scan(); }
const char *const drv_disk __attribute__((section(".drivers.disk"))) = (const char *)disk_probe;`,
		`long bus_scan(void) { return 3; }
const char *const drv_bus __attribute__((section(".drivers.bus"))) = "bus";`,
		// fs-dev.c: a table entry that comes with its object file
		`long dev_lookup(void) { return 1; }
static long null_init(void) { return 0; }
long (*const init_null)(void) __attribute__((section(".init.null"))) = null_init;`,
	},
	"libglue": {
		`long puts(const char *);
long __puts_chk(const char *s) { return puts(s); }`,
	},
	"libc": {
		// stdio-puts.c
		`long sys_write(long);
long __overflow(long c);
long puts(const char *s) { return sys_write(1) + __overflow(*s); }`,
		`__attribute__((visibility("hidden"))) long __overflow(long c) { return c * 3; }`,
		// unistd-read.c
		`long sys_read(long); __attribute__((weak)) long read(long fd) { return sys_read(fd); }`,
		// unistd-sync.c: a system call that the kernel lacks
		`long sys_sync(void); void sync(void) { sys_sync(); }`,
		// env-vars.c
		`char *optarg = "x"; const char version[] = "tiny"; long lookup(void) { extern long dev_lookup(void); return dev_lookup(); }
// An address taken from the GOT: must become a plain address.
extern long read(long); long (*hook(void))(long) { return read; }`,
		// broken.c: wants what nobody has
		// env-optional.c: uses lookup only if something else brings it
		`extern long lookup(void) __attribute__((weak, noplt)); long may_use(void) { return lookup ? lookup() : 5; }
// Called without asking: cannot work when nothing defines it.
extern long gone(void) __attribute__((weak)); long careless(void) { return gone(); }`,
		`extern long nowhere(void); extern long nowhere_data; long broken(void) { return nowhere() + nowhere(); }
long *broken_data = &nowhere_data; long broken_too(void) { return nowhere() + *broken_data; }`,
	},
	"libalways": {
		// interfaces-crash.o: for when nobody has it
		`__attribute__((weak)) long crash_dump(void) { return -1; }`,
	},
	"libgcc": {
		`__attribute__((visibility("hidden"))) int __helper(void) { return 0; }`,
	},
	"libfast": {
		`const char fast_read[1]; long read(int fd) { return -fd; }`,
	},
	"libnosys": {
		`long enosys(const char *); long sys_sync(void) { static const char name[] = "sync"; return enosys(name); }`,
	},
}

var tinyNames = map[string][]string{
	"libkernel": {"boot-entry", "boot-print", "sys-write", "sys-read", "fs-file", "drivers-disk", "drivers-bus", "fs-dev"},
	"libglue":   {"fortify-puts"},
	"libc":      {"stdio-puts", "stdio-overflow", "unistd-read", "unistd-sync", "env-vars", "env-optional", "misc-broken"},
	"libnosys":  {"nosys"},
	"libfast":   {"fast-read"},
	"libgcc":    {"helper"},
	"libalways": {"interfaces-crash"},
}

const tinyHeader = `struct entry { long nr; long (*fn)(); };
#define SYSCALL(n, name) const struct entry systab_##name __attribute__((section(".systab." #name))) = { n, (long (*)())sys_##name }
`

// tinyKit compiles the kit into a temporary folder, or skips the test.
func tinyKit(t testing.TB, flags ...string) *Kit {
	t.Helper()
	for _, tool := range []string{"gcc", "ar"} {
		testenv.MustHave(t, tool)
	}
	dir := t.TempDir()
	run := func(name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("tiny.h", tinyHeader)
	for lib, sources := range tinySources {
		args := []string{"rcsD", lib + ".a"}
		compile := []string{"-c", "-O2", "-w", "-fPIE", "-ffunction-sections", "-fdata-sections", "-fcf-protection=none",
			"-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-builtin", "-Wa,-mrelax-relocations=no"}
		compile = append(compile, flags...)
		for i, text := range sources {
			write(tinyNames[lib][i]+".c", text)
			args = append(args, tinyNames[lib][i]+".o")
			compile = append(compile, tinyNames[lib][i]+".c")
		}
		run("gcc", compile...)
		run("ar", args...)
	}
	write("profiles/base.conf", "# nothing\n")
	write("profiles/disk.conf", "# a comment\nCONFIG_DISK=y\n")
	info := KitInfo{Format: KitFormat, Arch: "x86_64", Fingerprint: strings.Repeat("ab", 32),
		Drivers: []Driver{
			{Name: "bus", Config: "BUS", Type: TypeTristate, Root: "drv_bus"},
			{Name: "disk", Config: "DISK", Type: TypeTristate, Root: "drv_disk", Depends: []string{"BUS"}},
		},
		Syscalls: map[string]int{"read": 0, "write": 1},
	}
	data, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	write(KitFile, string(data))
	write(KitModulesFile, "[]")
	if err := WriteIndex(dir); err != nil {
		t.Fatal(err)
	}
	k, err := OpenKit(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// script makes a version script of the names.
func script(names ...string) []byte {
	return fmt.Appendf(nil, "{ global: %s; local: *; };", strings.Join(names, "; "))
}

// openELF opens an ELF file until the test ends.
func openELF(t *testing.T, name string) *elf.File {
	t.Helper()
	f, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// symbolValues are the values of the file's symbols by name.
func symbolValues(t *testing.T, f *elf.File) map[string]uint64 {
	t.Helper()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]uint64{}
	for _, s := range syms {
		values[s.Name] = s.Value
	}
	return values
}
