package linker

import (
	"bytes"
	"context"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/linker/elflink"
)

func TestLinkLiveDead(t *testing.T) {
	k := tinyKit(t)
	for _, tt := range []struct {
		name    string
		opt     Options
		live    string
		dead    string
		dynamic string
	}{
		{
			name: "nothing asked for",
			opt:  Options{Profile: "base"},
			live: "_start print",
			dead: "puts sys_write sys_read file_write drv_disk drv_bus systab_write null_init unused_by_all enosys",
		},
		{
			name:    "one libc function brings its system call, not the table entry",
			opt:     Options{Profile: "base", VersionScript: script("puts")},
			live:    "puts __overflow sys_write file_write",
			dead:    "systab_write sys_read file_read read sync __puts_chk enosys",
			dynamic: "puts",
		},
		{
			name:    "glue reaches libc, which stays local",
			opt:     Options{Profile: "base", VersionScript: script("__puts_chk")},
			live:    "__puts_chk puts sys_write",
			dead:    "read sync",
			dynamic: "__puts_chk",
		},
		{
			name: "raw system calls are roots",
			opt:  Options{Profile: "base", Syscalls: []string{"read"}},
			live: "systab_read sys_read file_read",
			dead: "systab_write sys_write file_write read",
		},
		{
			name:    "a fast form only by its own name",
			opt:     Options{Profile: "base", VersionScript: script("read"), Roots: []string{"fast_read"}},
			live:    "read fast_read",
			dead:    "sys_read file_read",
			dynamic: "read",
		},
		{
			name: "all system calls",
			opt:  Options{Profile: "base", Syscalls: []string{"all"}},
			live: "systab_read systab_write sys_read sys_write",
			dead: "read puts sys_sync",
		},
		{
			name:    "a call the kernel lacks is answered by libnosys",
			opt:     Options{Profile: "base", VersionScript: script("sync")},
			live:    "sync sys_sync enosys",
			dead:    "sys_write sys_read",
			dynamic: "sync",
		},
		{
			name: "profile's driver and what it depends on",
			opt:  Options{Profile: "disk"},
			live: "drv_disk disk_probe bus_scan drv_bus",
			dead: "sys_write dev_lookup",
		},
		{
			name: "driver override",
			opt:  Options{Profile: "disk", Drivers: []string{"disk=n"}},
			live: "_start",
			dead: "drv_disk disk_probe bus_scan drv_bus",
		},
		{
			name:    "gathered entries come with their object file",
			opt:     Options{Profile: "base", VersionScript: script("lookup")},
			live:    "lookup dev_lookup init_null null_init",
			dead:    "optarg version",
			dynamic: "lookup",
		},
		{
			name:    "data, and symbols beside a script",
			opt:     Options{Profile: "base", VersionScript: script("version"), Symbols: []string{"optarg", "version"}},
			live:    "version optarg",
			dead:    "lookup",
			dynamic: "optarg version",
		},
		{
			name:    "address of a function elsewhere",
			opt:     Options{Profile: "base", VersionScript: script("hook")},
			live:    "hook read sys_read",
			dead:    "puts",
			dynamic: "hook",
		},
		{
			name:    "a weak reference brings nothing",
			opt:     Options{Profile: "base", VersionScript: script("may_use")},
			live:    "may_use",
			dead:    "lookup dev_lookup",
			dynamic: "may_use",
		},
		{
			name:    "a weak reference finds what is there, also if it is exported",
			opt:     Options{Profile: "base", VersionScript: script("may_use", "lookup")},
			live:    "may_use lookup dev_lookup",
			dead:    "puts",
			dynamic: "lookup may_use",
		},
		{
			name:    "pattern",
			opt:     Options{Profile: "base", VersionScript: script("opt*", "rea?")},
			live:    "optarg read sys_read",
			dead:    "puts",
			dynamic: "optarg read",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := tt.opt
			opt.Kit, opt.KeepDebug = k, true
			opt.Output = filepath.Join(t.TempDir(), "kernel.elf")
			res, err := Link(context.Background(), opt)
			if err != nil {
				t.Fatalf("%v", err)
			}
			checkSymbols(t, res, strings.Fields(tt.live), strings.Fields(tt.dead))
			checkKernel(t, res, strings.Fields(tt.dynamic))
		})
	}
}

func checkSymbols(t *testing.T, res *Result, live, dead []string) {
	t.Helper()
	text, err := os.ReadFile(res.SymbolFile)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		have[strings.Fields(line)[2]] = true
	}
	for _, s := range live {
		if !have[s] {
			t.Errorf("%s is not in the kernel", s)
		}
	}
	for _, s := range dead {
		if have[s] {
			t.Errorf("%s is in the kernel and should not be", s)
		}
	}
}

// checkKernel reads the stripped kernel as a loader would: program headers only.
func checkKernel(t *testing.T, res *Result, dynamic []string) {
	t.Helper()
	data, err := os.ReadFile(res.Kernel)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Sections) != 0 {
		t.Errorf("%d sections left after stripping", len(f.Sections))
	}
	for _, p := range f.Progs {
		if p.Memsz == 0 {
			t.Errorf("empty segment %v", p.ProgHeader)
		}
		if p.Type != elf.PT_LOAD {
			continue
		}
		if p.Vaddr-p.Paddr != 0x400000000000 {
			t.Errorf("segment at %#x loads at %#x", p.Vaddr, p.Paddr)
		}
		if p.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			t.Errorf("segment at %#x is writable and executable", p.Vaddr)
		}
	}
	// The dynamic symbols are checked where sections still name them.
	d := openELF(t, res.DebugFile)
	var names []string
	syms, err := d.DynamicSymbols()
	if err != nil && len(dynamic) > 0 {
		t.Fatal(err)
	}
	for _, s := range syms {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, dynamic) {
		t.Errorf("dynamic symbols %v, want %v", names, dynamic)
	}
}

// The file for debuggers has the debugging information of what is linked, and addresses of the kernel in it.
func TestLinkDebugInfo(t *testing.T) {
	k := tinyKit(t, "-g")
	r, err := Link(context.Background(), Options{Kit: k, Profile: "base", VersionScript: script("puts"), KeepDebug: true, Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err != nil {
		t.Fatal(err)
	}
	f := openELF(t, r.DebugFile)
	want := symbolValues(t, f)
	d, err := f.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for r := d.Reader(); ; {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			break
		}
		name, named := e.Val(dwarf.AttrName).(string) // partial inlining makes functions without
		if low, ok := e.Val(dwarf.AttrLowpc).(uint64); ok && named && e.Tag == dwarf.TagSubprogram {
			got[name] = low
		}
	}
	for _, name := range []string{"_start", "puts", "sys_write", "file_write"} {
		if got[name] == 0 || got[name] != want[name] {
			t.Errorf("%s is at %#x, and at %#x for debuggers", name, want[name], got[name])
		}
	}
}

func TestLinkOnlyWhenChanged(t *testing.T) {
	k := tinyKit(t)
	opt := Options{Kit: k, Profile: "base", VersionScript: script("puts"), Output: filepath.Join(t.TempDir(), "kernel.elf")}
	link := func() *Result {
		t.Helper()
		r, err := Link(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := link()
	if !first.Relinked {
		t.Error("first link did nothing")
	}
	if r := link(); r.Relinked || r.SHA256 != first.SHA256 || r.Size != first.Size || len(r.Symbols) != 1 {
		t.Errorf("same inputs: %+v, first %+v", r, first)
	}
	opt.VersionScript = []byte("/* said differently */ {\nglobal:\n\tputs;\nlocal: *;\n};")
	if link().Relinked {
		t.Error("a comment in the version script made it link again")
	}
	kernel, err := os.ReadFile(opt.Output)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(opt.Output, kernel[:100], 0o666); err != nil {
		t.Fatal(err)
	}
	if r := link(); !r.Relinked || r.SHA256 != first.SHA256 {
		t.Errorf("a damaged kernel was not made again: %+v", r)
	}
	for name, change := range map[string]func(){
		"symbol":      func() { opt.Symbols = []string{"read"} },
		"driver":      func() { opt.Drivers = []string{"bus"} },
		"system call": func() { opt.Syscalls = []string{"read"} },
		"fingerprint": func() { k.Fingerprint = strings.Repeat("cd", 32) },
		"debug file":  func() { opt.KeepDebug = true },
	} {
		change()
		if !link().Relinked {
			t.Errorf("changed %s: not linked again", name)
		}
		if link().Relinked {
			t.Errorf("changed %s: linked twice", name)
		}
	}
}

func TestLinkSameBytes(t *testing.T) {
	k := tinyKit(t)
	var files [2][3][]byte
	for i := range files {
		r, err := Link(context.Background(), Options{Kit: k, Profile: "disk", Syscalls: []string{"all"},
			VersionScript: script("puts", "lookup", "sync"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
		if err != nil {
			t.Fatal(err)
		}
		for j, f := range []string{r.Kernel, r.SymbolFile, r.MapFile} {
			if files[i][j], err = os.ReadFile(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	for j := range files[0] {
		if !bytes.Equal(files[0][j], files[1][j]) {
			t.Errorf("file %d differs between two links of the same", j)
		}
	}
}

func TestLinkErrors(t *testing.T) {
	k := tinyKit(t)
	for _, tt := range []struct {
		name string
		opt  Options
		want string
	}{
		{"profile", Options{Profile: "floppy"}, `unknown profile "floppy": the kit ` + k.Dir + ` has base, disk`},
		{"driver", Options{Profile: "base", Drivers: []string{"floppy"}}, "driver option floppy: no driver CONFIG_FLOPPY in the kit: it has CONFIG_BUS, CONFIG_DISK"},
		{"driver's need", Options{Profile: "disk", Drivers: []string{"bus=n"}}, "profiles/disk.conf:2: CONFIG_DISK=y needs CONFIG_BUS, but driver option bus=n sets it to n"},
		{"system call", Options{Profile: "base", Syscalls: []string{"open"}}, `system call "open": the kit`},
		{"no script", Options{Profile: "base", VersionScriptFile: "nothere.script"}, "nothere.script: no such version script"},
		{"script's syntax", Options{Profile: "base", VersionScript: []byte("{ global: a\n b; };"), VersionScriptFile: "x.script"}, "x.script:1: no ; after a"},
		{"script's symbol", Options{Profile: "base", VersionScript: []byte("{ global:\n puts;\n gets; };"), VersionScriptFile: "x.script"}, "x.script:3: the kit defines no symbol gets"},
		{"hidden symbol", Options{Profile: "base", VersionScript: script("__overflow")}, "visibility in the kit is hidden: __overflow"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tt.opt.Kit, tt.opt.Output = k, filepath.Join(dir, "kernel.elf")
			_, err := Link(context.Background(), tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v\nwant  %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("error of several lines: %q", err)
			}
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestLinkUndefined(t *testing.T) {
	k := tinyKit(t)
	_, err := Link(context.Background(), Options{Kit: k, Profile: "base",
		VersionScript: script("broken", "broken_too"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	var u *elflink.UndefinedError
	if !errors.As(err, &u) {
		t.Fatalf("%v is no UndefinedError", err)
	}
	want := []elflink.Undefined{
		{Name: "nowhere", Referrers: []string{"libc.a(misc-broken.o): broken", "libc.a(misc-broken.o): broken_too"}},
		{Name: "nowhere_data", Referrers: []string{"libc.a(misc-broken.o): .data.rel.broken_data"}},
	}
	for i := range u.Symbols {
		slices.Sort(u.Symbols[i].Referrers)
	}
	if !slices.EqualFunc(u.Symbols, want, func(a, b elflink.Undefined) bool {
		return a.Name == b.Name && slices.Equal(a.Referrers, b.Referrers)
	}) {
		t.Errorf("%+v\nwant %+v", u.Symbols, want)
	}
}

func TestLinkWeakOutOfReach(t *testing.T) {
	k := tinyKit(t)
	_, err := Link(context.Background(), Options{Kit: k, Profile: "base",
		VersionScript: script("careless"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	want := "link: undefined symbols in the kit: gone (wanted by libc.a(env-optional.o): careless)"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v\nwant %s", err, want)
	}
}

// A GOT slot of an exported symbol must hold its address, for nothing is
// relocated at boot.
func TestLinkGOTFilled(t *testing.T) {
	k := tinyKit(t)
	r, err := Link(context.Background(), Options{Kit: k, Profile: "base", KeepDebug: true,
		VersionScript: script("may_use", "lookup"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err != nil {
		t.Fatal(err)
	}
	f := openELF(t, r.DebugFile)
	syms, err := f.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	// Both the dynamic symbol and the slot are in the read-only segment.
	for _, s := range syms {
		if s.Name != "lookup" {
			continue
		}
		for _, p := range f.Progs {
			if p.Type != elf.PT_LOAD || p.Flags != elf.PF_R {
				continue
			}
			data := make([]byte, p.Filesz)
			if _, err := p.ReadAt(data, 0); err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(data, binary.LittleEndian.AppendUint64(nil, s.Value)); n != 2 {
				t.Errorf("the address of lookup is there %d times, want 2: in its symbol and in the GOT", n)
			}
		}
	}
}

func TestLinkCancelled(t *testing.T) {
	k := tinyKit(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	if _, err := Link(ctx, Options{Kit: k, Profile: "base", Output: filepath.Join(dir, "kernel.elf")}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLinkMap(t *testing.T) {
	k := tinyKit(t)
	r, err := Link(context.Background(), Options{Kit: k, Profile: "disk", Syscalls: []string{"read"},
		VersionScript: script("puts", "lookup"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err != nil {
		t.Fatal(err)
	}
	m, err := ReadMap(r.MapFile)
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]string{}
	subsystem := map[string]string{}
	for _, s := range m.Subsystems {
		for _, f := range s.Members {
			for _, sec := range f.Sections {
				why[sec.Name], subsystem[sec.Name] = sec.Why, s.Name
			}
		}
	}
	for sec, want := range map[string]string{
		".text._start":     "kernel/boot: entry point",
		".text.print":      "kernel/boot: print used by libkernel.a(boot-entry.o) .text._start",
		".text.puts":       "libc/stdio: exported symbol puts",
		".text.__overflow": "libc/stdio: __overflow used by libc.a(stdio-puts.o) .text.puts",
		".text.sys_write":  "kernel/sys: sys_write used by libc.a(stdio-puts.o) .text.puts",
		".systab.read":     "kernel/sys: system call read",
		".drivers.disk":    "kernel/drivers: driver disk",
		".init.null":       "kernel/fs: kept by the layout: its object file is linked",
		".text.null_init":  "kernel/fs: used by libkernel.a(fs-dev.o) .init.null",
	} {
		if got := subsystem[sec] + ": " + why[sec]; got != want {
			t.Errorf("%s: %q, want %q", sec, got, want)
		}
	}
}
