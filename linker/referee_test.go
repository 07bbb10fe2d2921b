package linker

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/linker/elflink"
)

// The referee is GNU ld with testdata/kernel.ld, a script that says what kernelLayout says: it has to keep the same sections,
// and each reference in them has to lead to the same place.

// TestReferee links kernels of many kinds with both.
func TestReferee(t *testing.T) {
	testenv.MustHave(t, "ld")
	k := realKit(t)
	objects := readKit(t, k)
	type row struct {
		name string
		opt  Options
	}
	var rows []row
	for _, p := range append(k.Profiles(), ProfileNone) {
		rows = append(rows, row{"hello, " + p, Options{Profile: p, Symbols: helloSymbols, Roots: []string{"exec_dynamic"}}})
	}
	rows = append(rows,
		row{"everything", Options{Profile: "all", Syscalls: []string{"all"}, VersionScript: script("*"), Roots: []string{"exec_dynamic", "exec_interp"}}},
		row{"all system calls", Options{Profile: "base", Syscalls: []string{"all"}}})
	exported := exportable(t, k)
	calls := k.SyscallNames()
	rnd := rand.New(rand.NewPCG(12, 12))
	sets := 100
	if testing.Short() {
		sets = 10
	}
	for i := range sets {
		pick := func(from []string, n int) []string {
			out := []string{}
			for range n {
				out = append(out, from[rnd.IntN(len(from))])
			}
			return out
		}
		o := Options{Profile: pick(k.Profiles(), 1)[0], Symbols: pick(exported, 1+i*2), Roots: []string{"exec_dynamic"}}
		if i%3 == 0 {
			o.Syscalls = pick(calls, i)
		}
		rows = append(rows, row{fmt.Sprintf("set %d", i), o})
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.opt.Kit, r.opt.Output, r.opt.KeepDebug = k, filepath.Join(t.TempDir(), "kernel.elf"), true
			ours := prepared(t, r.opt)
			if err := ours.run(context.Background()); err != nil {
				t.Fatal(err)
			}
			theirs := linkWithLd(t, ours)
			compareKernels(t, objects, ours, theirs)
			r.opt.KeepDebug = false // by the kit's index
			indexed := prepared(t, r.opt)
			if err := indexed.run(context.Background()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(indexed.image.Kernel, ours.image.Kernel) {
				t.Error("the kit's index makes another kernel than its archives")
			}
		})
	}
}

// exportable are names that programs may ask for.
func exportable(t *testing.T, k *Kit) []string {
	all, err := k.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	l := prepared(t, Options{Kit: k, Profile: ProfileNone, VersionScript: script("*"), Output: filepath.Join(t.TempDir(), "kernel.elf")})
	if err := l.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(n string) bool { return !slices.Contains(l.res.Symbols, n) })
}

// prepared is a link that has its roots.
func prepared(t *testing.T, opt Options) *link {
	t.Helper()
	l := &link{opt: opt}
	for _, pass := range []func(context.Context) error{l.checkOptions, l.resolveDrivers, l.resolveCalls, l.resolveSymbols} {
		if err := pass(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// member is an object of the kit.
type kitObject struct {
	f       *elf.File
	symbols []elf.Symbol
}

// readKit reads the kit's objects with another reader than the linker's.
func readKit(t *testing.T, k *Kit) map[string]*kitObject {
	objects := map[string]*kitObject{}
	for _, a := range kitArchives {
		members, err := elflink.ReadArchiveFile(filepath.Join(k.Dir, a))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			f, err := elf.NewFile(bytes.NewReader(m.Data))
			if err != nil {
				t.Fatal(err)
			}
			o := &kitObject{f: f}
			if o.symbols, err = f.Symbols(); err != nil && len(f.Sections) > 0 && f.Section(".symtab") != nil {
				t.Fatal(err)
			}
			objects[a+"("+m.Name+")"] = o
		}
	}
	return objects
}

// refereed is a kernel that ld linked.
type refereed struct {
	f       *elf.File
	kept    map[sectionPlace]uint64 // addresses
	symbols map[string]uint64       // of the layout
	dynamic map[uint64]uint64       // place → value of what a dynamic linker would fill in
	sorted  []inSection             // kept, by address
}

type sectionPlace struct{ object, section string }

func linkWithLd(t *testing.T, l *link) *refereed {
	t.Helper()
	dir := t.TempDir()
	in := func(n string) string { return filepath.Join(dir, n) }
	var vs, roots strings.Builder
	vs.WriteString("{\n")
	if len(l.res.Symbols) > 0 {
		vs.WriteString("global:\n")
	}
	for _, s := range l.res.Symbols {
		fmt.Fprintf(&vs, "\"%s\";\n", s)
	}
	vs.WriteString("local: *;\n};\n")
	for _, r := range l.roots {
		fmt.Fprintf(&roots, "-u %s\n", r.symbol)
	}
	for n, text := range map[string]string{"script": vs.String(), "roots": roots.String()} {
		if err := os.WriteFile(in(n), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-m", "elf_x86_64", "-nostdlib", "-static", "-E", "--no-dynamic-linker", "--hash-style=gnu", "--gc-sections", "--build-id=none",
		"-z", "noexecstack", "-z", "norelro", "-z", "nodynamic-undefined-weak", "-z", "max-page-size=64", "--no-warn-rwx-segments",
		"-init=_start", "-fini=_start", // else it keeps _init and _fini, which nothing runs
		"-T", "testdata/kernel.ld", "--version-script=" + in("script"), "-Map=" + in("map"), "-o", in("out"), "@" + in("roots"),
		"--whole-archive", filepath.Join(l.opt.Kit.Dir, kitArchives[0]), "--no-whole-archive", "--start-group"}
	for _, a := range kitArchives[1:] {
		args = append(args, filepath.Join(l.opt.Kit.Dir, a))
	}
	cmd := exec.Command("ld", append(args, "--end-group")...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ld: %v\n%s", err, out)
	}
	text, err := os.ReadFile(in("map"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(in("out"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r := &refereed{f: f, kept: parseLdMap(string(text)), symbols: map[string]uint64{}, dynamic: map[uint64]uint64{}}
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range syms {
		if elf.ST_TYPE(s.Info) == elf.STT_NOTYPE || elf.ST_TYPE(s.Info) == elf.STT_OBJECT {
			r.symbols[s.Name] = s.Value
		}
	}
	dyn, _ := f.DynamicSymbols()
	for _, s := range f.Sections {
		if s.Type == elf.SHT_RELA && s.Flags&elf.SHF_ALLOC != 0 {
			tab, _ := s.Data()
			for ; len(tab) >= relaSize; tab = tab[relaSize:] {
				i := int(binary.LittleEndian.Uint64(tab[8:])>>32) - 1
				if i >= 0 {
					r.dynamic[binary.LittleEndian.Uint64(tab)] = dyn[i].Value + binary.LittleEndian.Uint64(tab[16:])
				}
			}
		}
	}
	return r
}

// parseLdMap reads which sections of objects GNU ld's map has, and where.
func parseLdMap(text string) map[sectionPlace]uint64 {
	const start, end = "\nLinker script and memory map", "\n/DISCARD/"
	_, text, _ = strings.Cut(text, start)
	text, _, _ = strings.Cut(text, end)
	kept := map[sectionPlace]uint64{}
	pending := ""
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if line[0] != ' ' || len(fields) == 0 {
			pending = ""
			continue
		}
		// " .text.name" alone: the rest follows on the next line.
		if len(fields) == 1 && line[1] != ' ' {
			pending = fields[0]
			continue
		}
		if line[1] == ' ' {
			if pending == "" {
				continue
			}
			fields = append([]string{pending}, fields...)
		}
		pending = ""
		if len(fields) < 4 || fields[0][0] == '*' {
			continue
		}
		addr, err1 := strconv.ParseUint(strings.TrimPrefix(fields[1], "0x"), 16, 64)
		size, err2 := strconv.ParseInt(strings.TrimPrefix(fields[2], "0x"), 16, 64)
		file := filepath.Base(strings.Join(fields[3:], " "))
		if err1 == nil && err2 == nil && size > 0 && addr > 0 && !ldMade[fields[0]] {
			kept[sectionPlace{file, fields[0]}] = addr
		}
	}
	return kept
}

// ldMade are sections that GNU ld makes and shows as the first file's.
var ldMade = map[string]bool{
	".dynamic": true, ".gnu.hash": true, ".dynsym": true, ".dynstr": true, ".got": true, ".got.plt": true, ".plt": true, ".plt.got": true,
	".rela.dyn": true, ".rela.plt": true, ".rela.got": true, ".iplt": true, ".igot.plt": true, ".rela.iplt": true, ".gnu.version": true, ".gnu.version_d": true,
}

// compareKernels compares the sections that both keep, their bytes, and what each reference means.
func compareKernels(t *testing.T, objects map[string]*kitObject, ours *link, theirs *refereed) {
	kept := map[sectionPlace]uint64{}
	for _, k := range ours.image.Kept {
		if k.Cause != elflink.CauseMade && (k.Size > 0 || theirs.kept[sectionPlace{k.Object, k.Name}] != 0) { // else its strings are all others' too
			kept[sectionPlace{k.Object, k.Name}] = k.Addr
		}
	}
	for p := range theirs.kept {
		if _, ok := kept[p]; !ok {
			t.Errorf("only ld keeps %s %s", p.object, p.section)
		}
	}
	for p := range kept {
		if _, ok := theirs.kept[p]; !ok {
			t.Errorf("only we keep %s %s", p.object, p.section)
		}
	}
	f, err := elf.NewFile(bytes.NewReader(ours.image.Debug))
	if err != nil {
		t.Fatal(err)
	}
	a := &refereed{f: f, kept: kept, symbols: map[string]uint64{}}
	for _, n := range ours.image.Names {
		a.symbols[n.Name] = n.Addr
	}
	c := comparison{t: t, ours: a, theirs: theirs, refs: 0}
	for p := range kept {
		if _, ok := theirs.kept[p]; ok && !t.Failed() {
			c.section(objects[p.object], p)
		}
	}
	t.Logf("%d sections, %d references, kernel %d bytes", len(kept), c.refs, len(ours.image.Kernel))
}

type comparison struct {
	t            *testing.T
	ours, theirs *refereed
	refs         int
}

// at returns n bytes at an address, or nil.
func (r *refereed) at(addr, n uint64) []byte {
	for _, p := range r.f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr+n <= p.Filesz {
			b := make([]byte, n)
			if _, err := p.ReadAt(b, int64(addr-p.Vaddr)); err == nil {
				return b
			}
		}
	}
	return nil
}

func (c *comparison) section(o *kitObject, p sectionPlace) {
	for i, s := range o.f.Sections {
		if s.Name != p.section || s.Type == elf.SHT_NOBITS || s.Flags&elf.SHF_MERGE != 0 {
			continue
		}
		a, b := c.ours.at(c.ours.kept[p], s.Size), c.theirs.at(c.theirs.kept[p], s.Size)
		if a == nil || b == nil {
			c.t.Errorf("%s %s: not in both files", p.object, p.section)
			return
		}
		for _, r := range o.f.Sections {
			if r.Type == elf.SHT_RELA && int(r.Info) == i {
				tab, _ := r.Data()
				for ; len(tab) >= relaSize; tab = tab[relaSize:] {
					c.reference(o, p, tab, a, b)
				}
			}
		}
		if !bytes.Equal(a, b) { // references were cleared
			c.t.Errorf("%s %s: other bytes than ld's", p.object, p.section)
		}
	}
}

// reference compares where one relocation leads in both, and clears its field.
func (c *comparison) reference(o *kitObject, p sectionPlace, rela, a, b []byte) {
	le := binary.LittleEndian
	off, info, addend := le.Uint64(rela), le.Uint64(rela[8:]), int64(le.Uint64(rela[16:]))
	typ, sym := elf.R_X86_64(uint32(info)), elf.Symbol{}
	if n := info >> 32; n > 0 {
		sym = o.symbols[n-1]
	}
	if typ == elf.R_X86_64_NONE {
		return
	}
	c.refs++
	width := uint64(4)
	var va, vb uint64
	field := func(r *refereed, b []byte) uint64 {
		at := r.kept[p] + off
		v := uint64(int64(int32(le.Uint32(b[off:]))))
		switch typ {
		case elf.R_X86_64_64:
			width = 8
			return le.Uint64(b[off:]) - uint64(addend)
		case elf.R_X86_64_32:
			return uint64(uint32(v)) - uint64(addend)
		case elf.R_X86_64_32S, elf.R_X86_64_TPOFF32:
			return v - uint64(addend)
		case elf.R_X86_64_PC32, elf.R_X86_64_PLT32:
			return v + at - uint64(addend)
		case elf.R_X86_64_GOTPCREL, elf.R_X86_64_GOTPCRELX, elf.R_X86_64_REX_GOTPCRELX:
			to := v + at - uint64(addend)
			if op := b[off-2]; op == 0x8d {
				b[off-2] = 0x8b // as it was
				return to
			}
			if v, ok := r.dynamic[to]; ok {
				return v
			}
			return le.Uint64(r.at(to, 8))
		}
		c.t.Fatalf("%s %s: relocation %v", p.object, p.section, typ)
		return 0
	}
	va, vb = field(c.ours, a), field(c.theirs, b)
	clear(a[off : off+width])
	clear(b[off : off+width])
	bad := func(what string) {
		c.t.Errorf("%s %s+%#x: %v %s%+d: %s: %#x, ld's %#x", p.object, p.section, off, typ, sym.Name, addend, what, va, vb)
	}
	// A number needs no place.
	if va == vb {
		return
	}
	if n, ok := c.ours.symbols[sym.Name]; ok && sym.Section == elf.SHN_UNDEF {
		if va != n || vb != c.theirs.symbols[sym.Name] {
			bad("not where the layout has it")
		}
		return
	}
	if sym.Section > 0 && int(sym.Section) < len(o.f.Sections) {
		if s := o.f.Sections[sym.Section]; s.Flags&elf.SHF_MERGE != 0 {
			extra := uint64(0)
			if elf.ST_TYPE(sym.Info) == elf.STT_SECTION {
				extra = uint64(addend)
			}
			x, y := c.ours.content(va+extra, s, sym.Value+extra), c.theirs.content(vb+extra, s, sym.Value+extra)
			if x == nil || !bytes.Equal(x, y) {
				bad(fmt.Sprintf("%q, ld's %q", x, y))
			}
			return
		}
	}
	pa, oka := c.ours.place(va)
	pb, okb := c.theirs.place(vb)
	if !oka || !okb || pa != pb {
		bad(fmt.Sprintf("%v, ld's %v", pa, pb))
	}
}

// content is the string or constant at an address, which is that of an offset of section s; or its rest.
func (r *refereed) content(addr uint64, s *elf.Section, off uint64) []byte {
	if s.Flags&elf.SHF_STRINGS == 0 {
		return r.at(addr, s.Entsize-off%s.Entsize)
	}
	var out []byte
	for {
		b := r.at(addr+uint64(len(out)), s.Entsize)
		if b == nil {
			return nil
		}
		out = append(out, b...)
		if len(bytes.Trim(b, "\x00")) == 0 {
			return out
		}
	}
}

// inSection is a place in a kept section.
type inSection struct {
	sectionPlace
	off uint64
}

// place finds the kept section before an address. Those of merged strings may lie over others.
func (r *refereed) place(addr uint64) (inSection, bool) {
	if r.sorted == nil {
		for p, at := range r.kept {
			if !strings.HasPrefix(p.section, ".rodata") || !strings.Contains(p.section, ".str") && !strings.Contains(p.section, ".cst") {
				r.sorted = append(r.sorted, inSection{p, at})
			}
		}
		slices.SortFunc(r.sorted, func(a, b inSection) int {
			if a.off != b.off {
				return int(int64(a.off - b.off))
			}
			return strings.Compare(a.object+a.section, b.object+b.section)
		})
	}
	i, ok := slices.BinarySearchFunc(r.sorted, addr, func(s inSection, a uint64) int { return int(int64(s.off - a)) })
	if !ok {
		i--
	}
	if i < 0 {
		return inSection{}, false
	}
	s := r.sorted[i]
	s.off = addr - s.off
	return s, true
}
