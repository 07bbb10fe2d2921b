package linker

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
)

// Names of the kit that have to do with modules.
const (
	kitLoader   = "loader.so"      // the loader of modules, not yet bound
	moduleHooks = "kernel_modules" // symbol: what the kernel has of modules
	loaderBase  = 0x4000fee10000   // LOADER_BASE in kernel/include/layout.h
)

// ModuleSet is what an image has of modules.
type ModuleSet struct {
	Modules []Module // of the kit, with the paths of their files; and then those of Options.Modules
	BuiltIn []string // file names of modules that others need and that are part of this kernel
	Missing []string // what the kernel will refuse, and why; one line each
	// Wanted are the names that each module asks the kernel for: Wanted[i] those of
	// Modules[i]; Loader those that the loader does. Sorted.
	Wanted [][]string
	Loader []string
}

// SelectModules works out which modules an image has: those that the resolution
// sets to m, and others. It is nil if there are none.
func (k *Kit) SelectModules(r *Resolution, others []*Module) (*ModuleSet, error) {
	set := &ModuleSet{}
	names := map[string]bool{} // file names
	for _, s := range r.Selected {
		if s.Value != 'm' {
			continue
		}
		m, err := k.ModuleOf(s.Driver)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, fmt.Errorf("CONFIG_%s=m: %s: the kit has no module of it: use y or n, or rebuild the kit with `make kit`", s.Config, s.Why)
		}
		if base := filepath.Base(m.File); !names[base] {
			names[base] = true
			one := *m
			one.File = filepath.Join(k.Dir, m.File)
			set.Modules = append(set.Modules, one)
		}
	}
	for _, m := range others {
		base := filepath.Base(m.File)
		if names[base] {
			return nil, fmt.Errorf("%s: the image has another module %s: rename one", m.File, base)
		}
		names[base] = true
		set.Modules = append(set.Modules, *m)
	}
	if len(set.Modules) == 0 {
		return nil, nil
	}
	if err := set.oneOfEach(k, r); err != nil {
		return nil, err
	}
	for i := range set.Modules {
		if err := set.want(k, &set.Modules[i], r, names); err != nil {
			return nil, err
		}
	}
	set.circles()
	slices.Sort(set.BuiltIn)
	set.BuiltIn = slices.Compact(set.BuiltIn)
	var err error
	set.Loader, err = elffile.SymbolNames(filepath.Join(k.Dir, kitLoader), (*elffile.Symbol).Undefined)
	return set, err
}

// circles tells of modules that need themselves through others.
func (set *ModuleSet) circles() {
	needs := map[string][]string{}
	for _, m := range set.Modules {
		needs[filepath.Base(m.File)] = m.Needs
	}
	for _, m := range set.Modules {
		name := filepath.Base(m.File)
		seen := map[string]bool{}
		for todo := m.Needs; len(todo) > 0; todo = todo[1:] {
			if todo[0] == name {
				set.Missing = append(set.Missing, fmt.Sprintf("module %s needs itself through others: the kernel will refuse it", name))
				break
			}
			if !seen[todo[0]] {
				seen[todo[0]] = true
				todo = slices.Concat(todo, needs[todo[0]])
			}
		}
	}
}

// oneOfEach checks that a function of an interface is not in two parts.
func (set *ModuleSet) oneOfEach(k *Kit, r *Resolution) error {
	has := map[string]string{} // function → who has it
	kit, err := k.Modules()
	if err != nil {
		return err
	}
	for i := range kit {
		if m := &kit[i]; r.Value(m.Config) == 'y' {
			for _, f := range m.Implements() {
				has[f] = "CONFIG_" + m.Config + "=y"
			}
		}
	}
	for i := range set.Modules {
		m := &set.Modules[i]
		for _, f := range m.Implements() {
			if has[f] != "" {
				return fmt.Errorf("%s: has %s, and so has %s: leave one of the two out", m.File, f, has[f])
			}
			has[f] = "the module " + m.File
		}
	}
	return nil
}

// ModuleOf returns the kit's module that holds the driver, which may be part of
// another one's; nil if there is none.
func (k *Kit) ModuleOf(d *Driver) (*Module, error) {
	kit, err := k.Modules()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(kit, func(m Module) bool { return m.Config == d.Config })
	if i < 0 && d.Root != "" {
		i = slices.IndexFunc(kit, func(m Module) bool { return slices.Contains(m.Defined, d.Root) })
	}
	if i < 0 {
		return nil, nil
	}
	return &kit[i], nil
}

// want adds to the set what module m asks the kernel for: its undefined symbols
// less those that modules of the image have.
func (set *ModuleSet) want(k *Kit, m *Module, r *Resolution, names map[string]bool) error {
	theirs := map[string]bool{}
	kit, err := k.Modules()
	if err != nil {
		return err
	}
	for _, n := range m.Needs {
		if names[n] {
			i := slices.IndexFunc(set.Modules, func(o Module) bool { return filepath.Base(o.File) == n })
			for _, s := range set.Modules[i].Defined {
				theirs[s] = true
			}
			continue
		}
		i := slices.IndexFunc(kit, func(o Module) bool { return filepath.Base(o.File) == n })
		if i >= 0 && r.Value(kit[i].Config) == 'y' {
			set.BuiltIn = append(set.BuiltIn, n)
			continue
		}
		set.Missing = append(set.Missing, fmt.Sprintf("module %s needs %s, which the image does not have: the kernel will refuse it", filepath.Base(m.File), n))
	}
	if m.Fingerprint != "" && m.Fingerprint != k.Fingerprint {
		set.Missing = append(set.Missing, fmt.Sprintf("module %s has the fingerprint %s, this kit %s: the kernel will refuse it, only modules of the same build load", filepath.Base(m.File), m.Fingerprint, k.Fingerprint))
	}
	for _, why := range m.Refused {
		set.Missing = append(set.Missing, fmt.Sprintf("module %s %s: the kernel will refuse it", filepath.Base(m.File), why))
	}
	want := []string{}
	if m.Config != "" { // the kit's build has made sure that the kernel has the rest
		want = append(want, slices.DeleteFunc(slices.Clone(m.Undefined), func(s string) bool { return theirs[s] })...)
		set.Wanted = append(set.Wanted, want)
		return nil
	}
	have, err := k.symbolSet()
	if err != nil {
		return err
	}
	for _, s := range m.Weak {
		if !theirs[s] && have.Has(s) {
			want = append(want, s)
		}
	}
	for _, s := range m.Undefined {
		switch {
		case theirs[s]:
		case have.Has(s):
			want = append(want, s)
		default:
			set.Missing = append(set.Missing, fmt.Sprintf("module %s wants %s, which neither the kernel nor a module that it needs defines: the kernel will refuse it", filepath.Base(m.File), s))
		}
	}
	set.Wanted = append(set.Wanted, want)
	return nil
}

// symbols returns the names that modules want of the kernel, sorted, each once.
func (set *ModuleSet) symbols() []string {
	out := slices.Sorted(slices.Values(slices.Concat(set.Wanted...)))
	return slices.Compact(out)
}

// SymbolTable is the file that the loader looks the kernel's addresses up in, in the form of
// kernel.sym.
func (r *Result) SymbolTable() []byte {
	var b bytes.Buffer
	for _, n := range r.Modules.symbols() {
		fmt.Fprintf(&b, "%x 0 %s\n", r.Addresses[n], n)
	}
	return append([]byte{}, b.Bytes()...) // not nil
}

// BindLoader returns the loader of modules, bound to the addresses of the kernel
// that was linked: an executable at fixed addresses, with nothing left to relocate.
// Its bytes are those that are in memory, which is all that the kernel makes use
// of. Boot are names of modules to load at boot.
func (r *Result) BindLoader(k *Kit, boot []string) ([]byte, error) {
	name := filepath.Join(k.Dir, kitLoader)
	data, err := bounded.ReadFile(name, MaxKitFile)
	if err != nil {
		return nil, err
	}
	out, err := bindLoader(data, r.Addresses, r.Modules.words(boot))
	if err != nil {
		return nil, fmt.Errorf("%s: %v: rebuild the kit with `make kit`", name, err)
	}
	return out, nil
}

// LoaderFirst is how many bytes of the loader a guest has in memory until it needs
// a module.
const LoaderFirst = pageSize

// Offsets in the ELF header, besides those in elfoffsets.go.
const ehType, ehEntry, ehFlags = 16, 24, 48

const (
	maxLoader   = 0xf0000 // bytes behind loaderBase that are free
	moduleWords = 256     // MODULE_WORDS in kernel/include/module.h
)

func bindLoader(data []byte, addresses map[string]uint64, words string) ([]byte, error) {
	le := binary.LittleEndian
	f, err := elffile.NewFile(bytes.NewReader(data), int64(len(data)), kitLoader)
	if err != nil {
		return nil, err
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	byIndex := map[uint32]*elffile.Symbol{}
	for i := range syms {
		byIndex[syms[i].Index] = &syms[i]
	}
	// What is in memory is in the file at the same offset, and is not read-only.
	var end, size uint64
	for _, s := range f.Segments {
		if s.Type == elf.PT_LOAD && s.Flags != elf.PF_R {
			if s.Off != s.Vaddr || s.Vaddr+s.Memsz > maxLoader {
				return nil, errors.New("its segments are not where they are in the file")
			}
			end, size = max(end, s.Off+s.Filesz), max(size, s.Vaddr+s.Memsz)
		}
	}
	if end > uint64(len(data)) || size < end || end < pageSize || le.Uint64(data[ehPhoff:]) != ehSize || end < ehSize+uint64(le.Uint16(data[ehPhnum:]))*phSize {
		return nil, errors.New("its headers are in no loaded segment")
	}
	out := slices.Clone(data[:end])
	var bad error
	err = f.Relocs(func(r elffile.Reloc) bool {
		off, ok := f.Offset(r.Off, 8)
		if !ok || off+8 > end {
			bad = fmt.Errorf("relocation at %#x is out of place", r.Off)
			return false
		}
		value := uint64(loaderBase)
		switch r.Type {
		case elf.R_X86_64_RELATIVE:
		case elf.R_X86_64_64, elf.R_X86_64_GLOB_DAT, elf.R_X86_64_JMP_SLOT:
			s := byIndex[r.Sym]
			switch {
			case s == nil:
				bad = fmt.Errorf("relocation at %#x without a symbol", r.Off)
			case !s.Undefined():
				value += s.Value
			case addresses[s.Name] == 0:
				bad = fmt.Errorf("the kernel has no %s", s.Name)
			default:
				value = addresses[s.Name]
			}
		default:
			bad = fmt.Errorf("relocation %v at %#x", r.Type, r.Off)
		}
		le.PutUint64(out[off:], value+uint64(r.Addend))
		return bad == nil
	})
	if err = errors.Join(err, bad); err != nil {
		return nil, err
	}
	le.PutUint16(out[ehType:], uint16(elf.ET_EXEC))
	le.PutUint64(out[ehEntry:], f.Entry+loaderBase)
	le.PutUint32(out[ehFlags:], uint32(addresses[textEnd]+addresses[rodataEnd])) // modules/hooks.c looks at them
	le.PutUint64(out[ehShoff:], 0)
	le.PutUint16(out[ehShnum:], 0)
	le.PutUint16(out[ehShstrndx:], 0)
	for i := range int(le.Uint16(out[ehPhnum:])) {
		const phFlags, phVaddr, phPaddr = 4, 16, 24
		ph := out[ehSize+i*phSize:]
		if elf.ProgType(le.Uint32(ph)) != elf.PT_LOAD || elf.ProgFlag(le.Uint32(ph[phFlags:])) == elf.PF_R { // done with
			le.PutUint32(ph, uint32(elf.PT_NULL))
		}
		le.PutUint64(ph[phVaddr:], le.Uint64(ph[phVaddr:])+loaderBase)
		le.PutUint64(ph[phPaddr:], le.Uint64(ph[phPaddr:])+loaderBase)
	}
	out = append(out, make([]byte, size-end)...)
	copy(out[pageSize-moduleWords:pageSize], words)
	return out, nil
}

// Names of the layout that tell one kernel from another.
const textEnd, rodataEnd = "kernel_text_end", "kernel_rodata_end"

// findNames notes the addresses that modules and their loader want.
func (l *link) findNames(context.Context) error {
	if l.res.Modules == nil {
		return nil
	}
	l.res.Addresses = map[string]uint64{}
	for _, n := range append(l.res.Modules.symbols(), l.res.Modules.Loader...) {
		a, ok := l.image.Address(n)
		if !ok {
			return fmt.Errorf("link: %s is not in the kernel, though a module wants it", n)
		}
		l.res.Addresses[n] = a
	}
	for _, n := range l.image.Names {
		if n.Name == textEnd || n.Name == rodataEnd {
			l.res.Addresses[n.Name] = n.Addr
		}
	}
	return nil
}

// roots are what the kernel must have for its modules.
func (set *ModuleSet) roots() []root {
	var out []root
	for i, m := range set.Modules {
		for _, s := range set.Wanted[i] {
			out = append(out, root{s, KeepModule, m.Name, "module " + m.Name})
		}
	}
	for _, s := range append([]string{moduleHooks}, set.Loader...) {
		out = append(out, root{s, KeepModule, "loader", "the loader of modules"})
	}
	return out
}

// Names are the names of the set's modules, sorted.
func (set *ModuleSet) Names() []string {
	out := []string{}
	if set != nil {
		for _, m := range set.Modules {
			out = append(out, m.Name)
		}
	}
	slices.Sort(out)
	return out
}

// words are what the loader finds at the end of its first page: words of the
// kernel's command line that ask for modules at boot, "*" if one is loaded then
// at any rate, each with a NUL, and an empty one.
func (set *ModuleSet) words(boot []string) string {
	words := map[string]bool{}
	for _, m := range set.Modules {
		words["*"] = words["*"] || slices.Contains(boot, m.Name)
		for _, a := range m.Aliases {
			if a == AliasBus {
				words["*"] = true
			} else if kind, word, ok := strings.Cut(a, ":"); ok && (kind == "late" || kind == "cmdline") {
				words[word] = true
			}
		}
	}
	if !words["*"] {
		delete(words, "*")
		if out := strings.Join(append(slices.Sorted(maps.Keys(words)), ""), "\x00"); len(out) < moduleWords {
			return out
		}
	}
	return "*"
}

// Index is the file that says what a guest may load, and when: lines of two words.
// boot are names of modules to load at boot; stop ends the guest when one is refused.
func (set *ModuleSet) Index(boot []string, stop bool) []byte {
	var b strings.Builder
	line := func(alias, file string) { fmt.Fprintf(&b, "%s %s\n", alias, file) }
	if stop {
		line("on-failure", "stop")
	}
	for _, m := range set.Modules {
		file := filepath.Base(m.File)
		line("module", file)
		if slices.Contains(boot, m.Name) {
			line("boot", file)
		}
		for _, a := range m.Aliases {
			line(a, file)
		}
	}
	for _, n := range set.BuiltIn {
		line("builtin", n)
	}
	return []byte(b.String())
}
