package linker

import (
	"bytes"
	"context"
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"uk.example/internal/abi"
	"uk.example/internal/testenv"
	"uk.example/linker/elflink"
)

// realKit opens the kit that `make kit` built.
func realKit(t testing.TB) *Kit {
	t.Helper()
	k, err := OpenKit("../build/kit/x64")
	testenv.Need(t, err)
	return k
}

// Everything at once must link: no name is undefined, none is defined twice.
func TestRealKitWhole(t *testing.T) {
	k := realKit(t)
	r, err := Link(context.Background(), Options{Kit: k, Profile: "virtio-mmio", Syscalls: []string{"all"},
		VersionScript: script("*"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d symbols, %d system calls, drivers %v", r.Size, len(r.Symbols), len(r.Syscalls), r.Drivers)
}

// The kit's index is the one of its archives.
func TestRealKitIndex(t *testing.T) {
	k := realKit(t)
	want, err := elflink.MakeIndex(archivesOf(k.Dir)...)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(k.Dir, KitIndexFile)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, not the %d that the archives make, %v", len(got), len(want), err)
	}
}

// Guards against growth by accident: of hello's stripped kernel in bytes, and with everything built in. `make bench`
// tells the figure.
const (
	maxHello    = 64 << 10
	maxHelloAll = 320 << 10
)

// What a C hello that gcc compiled imports.
var helloSymbols = []string{"__libc_start_main", "printf", "puts"}

func TestRealKitHello(t *testing.T) {
	k := realKit(t)
	dir := t.TempDir()
	for _, profile := range k.Profiles() {
		r, err := Link(context.Background(), Options{Kit: k, Profile: profile, Symbols: helloSymbols, Output: filepath.Join(dir, "kernel.elf")})
		if err != nil {
			t.Fatalf("%s: %v", profile, err)
		}
		limit := int64(maxHello)
		if profile == "all" {
			limit = maxHelloAll
		}
		if r.Size > limit {
			t.Errorf("%s: hello's kernel has %d bytes, more than %d: see what %s says of it", profile, r.Size, limit, "kernel.map.json")
		}
		t.Logf("%s: %d bytes", profile, r.Size)
	}
}

// The runner refuses a kernel by the version in its file.
func TestKernelHasABIVersion(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kernel.elf")
	if _, err := Link(context.Background(), Options{Kit: realKit(t), Profile: ProfileNone, Symbols: helloSymbols, Output: name}); err != nil {
		t.Fatal(err)
	}
	kernel, err := os.ReadFile(name)
	if err != nil || kernel[elf.EI_ABIVERSION] != abi.Version {
		t.Errorf("version %d, %v; want %d", kernel[elf.EI_ABIVERSION], err, abi.Version)
	}
}

// A setting that a message of the kernel or of this module names can be made.
func TestMessagesNameSettings(t *testing.T) {
	k := realKit(t)
	// kernel/virtio/bus.c puts the names of virtio's drivers together. There is none for
	// network cards yet.
	names := map[string]string{}
	bus, err := os.ReadFile("../kernel/virtio/bus.c")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`names\[\] = "(.*)";`).FindSubmatch(bus)
	if table == nil {
		t.Fatal("bus.c: no table of names")
	}
	for _, m := range regexp.MustCompile(`[A-Z]{3,}`).FindAll(table[1], -1) {
		if string(m) != "NET" {
			names["VIRTIO_"+string(m)] = "kernel/virtio/bus.c"
		}
	}
	setting := regexp.MustCompile(`CONFIG_([A-Z0-9_]+)=[ym]`)
	for _, dir := range []string{"../kernel", ".."} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if dir == ".." && path != ".." {
					return filepath.SkipDir
				}
				return err
			}
			if ext := filepath.Ext(path); ext != ".c" && ext != ".go" || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			for _, m := range setting.FindAllSubmatch(text, -1) {
				names[string(m[1])] = path
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(names) < 5 {
		t.Errorf("only %v found", names)
	}
	for name, path := range names {
		if k.byConfig[name] == nil {
			t.Errorf("%s names CONFIG_%s, which the kit has not", path, name)
		}
	}
}

func BenchmarkLinkHello(b *testing.B) {
	k := realKit(b)
	out := filepath.Join(b.TempDir(), "kernel.elf")
	for b.Loop() {
		r, err := Link(context.Background(), Options{Kit: k, Profile: "base", Symbols: helloSymbols, Output: out, Force: true})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Size), "kernel-bytes")
	}
}

func BenchmarkLinkUpToDate(b *testing.B) {
	k := realKit(b)
	out := filepath.Join(b.TempDir(), "kernel.elf")
	for b.Loop() {
		if _, err := Link(context.Background(), Options{Kit: k, Profile: "base", Symbols: helloSymbols, Output: out}); err != nil {
			b.Fatal(err)
		}
	}
}

// A signal must not interrupt the ways in and out of the kernel: all of their
// code lies where arch/x86_64/upcall.c looks for it, whoever lays it out.
func TestRealKitEntryText(t *testing.T) {
	k := realKit(t)
	r, err := Link(context.Background(), Options{Kit: k, Profile: "base", Syscalls: []string{"all"}, Symbols: helloSymbols,
		KeepDebug: true, Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err != nil {
		t.Fatalf("%v", err)
	}
	at := symbolValues(t, openELF(t, r.DebugFile))
	start, end := at["entry_text_start"], at["entry_text_end"]
	for _, name := range []string{"upcall_entry", "regs_return", "signal_here", "landing_ring3", "raw_entry"} {
		if v := at[name]; v < start || v >= end {
			t.Errorf("%s is at %#x, not between %#x and %#x", name, v, start, end)
		}
	}
}

// TestEveryBoolSaysWhy: whoever asks for a module of what cannot be one reads why.
func TestEveryBoolSaysWhy(t *testing.T) {
	k := realKit(t)
	for i := range k.Drivers {
		d := &k.Drivers[i]
		if d.Type != TypeBool {
			continue
		}
		p, err := k.Profile(ProfileNone)
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Resolve(p, []Setting{{Config: d.Config, Value: 'm', Where: "x.conf:1"}})
		if d.BuiltIn == "" || err == nil || !strings.Contains(err.Error(), "it cannot be a module: "+d.BuiltIn) {
			t.Errorf("%s cannot be a module, says %v", d.Config, err)
		}
	}
}
