package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"uk.example/linker/elflink"
)

// The compiler marks each global function as one that indirect branches may reach, by ENDBR64 at its start
// (-fcf-protection=branch), as it cannot know who calls it. Here all of the kit is seen: a function that is only ever
// called by name needs no mark, and is 4 bytes shorter without.

var (
	endbr64 = []byte{0xf3, 0x0f, 0x1e, 0xfa}
	le      = binary.LittleEndian
)

// Offsets in ELF64 section headers, symbols and relocations with addend.
const (
	shSize, shSizeField   = 64, 32
	symSize, symValue     = 24, 8
	symSizeField          = 16
	relaSize, relaAddend  = 24, 16
	ehShoff, markedAtMost = 40, 8 // alignment of a section that may lose its mark: the code of a larger one is aligned in itself
)

// place is an offset in a section of an object.
type place struct {
	section int
	offset  uint64
}

// markObject is a relocatable file, to be changed in place.
type markObject struct {
	where   string
	data    []byte
	f       *elf.File
	symbols []elf.Symbol
	symtab  uint64         // offset in data
	targets map[place]bool // what indirect branches may reach
	fixed   map[int]bool   // sections that distances lead into from data, and so stay as they are
	debug   bool           // it has notes of sizes and distances, and stays as it is
}

// marks is what is known of all objects.
type marks struct {
	objects []*markObject
	reached map[string]bool // global names whose address somebody takes
}

// unmark copies archives into the folder out, without the marks that no indirect branch needs. Those of names that a
// list of the folder exported has stay, as do those of what other objects name: modules, whose calls go through pointers.
func unmark(archives []string, exported, out string, others []string) error {
	m := &marks{reached: map[string]bool{}}
	if err := m.addLists(exported); err != nil {
		return err
	}
	for _, name := range others {
		if err := m.addOther(name); err != nil {
			return err
		}
	}
	contents := make([][]byte, len(archives))
	for i, a := range archives {
		var err error
		if contents[i], err = os.ReadFile(a); err != nil {
			return err
		}
		members, err := elflink.ReadArchive(a, contents[i])
		if err != nil {
			return err
		}
		for _, member := range members {
			if err := m.add(a+"("+member.Name+")", member.Data); err != nil {
				return err
			}
		}
	}
	for _, o := range m.objects {
		for i := range o.f.Sections {
			if !o.debug && m.needless(o, i) {
				if err := o.cut(i); err != nil {
					return err
				}
			}
		}
	}
	for i, a := range archives {
		to := filepath.Join(out, filepath.Base(a))
		if err := os.WriteFile(to+".tmp", contents[i], 0o666); err != nil {
			return err
		}
		if err := os.Rename(to+".tmp", to); err != nil {
			return err
		}
	}
	return nil
}

// addLists reads the names that programs import.
func (m *marks) addLists(folder string) error {
	lists, err := filepath.Glob(filepath.Join(folder, "*.symbols"))
	if err != nil {
		return err
	}
	x64, _ := filepath.Glob(filepath.Join(folder, "x64", "*.symbols"))
	if lists = append(lists, x64...); len(lists) == 0 {
		return fmt.Errorf("%s: no list of exported symbols", folder)
	}
	for _, name := range lists {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(b)) {
			for i, word := range strings.Fields(line) {
				if i == 0 {
					m.reached[word] = true
				}
			}
		}
	}
	return nil
}

// addOther notes the names that an object has from the archives.
func (m *marks) addOther(name string) error {
	f, err := elf.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %v", name, err)
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("%s: %v", name, err)
	}
	for _, s := range syms {
		if s.Section == elf.SHN_UNDEF {
			m.reached[s.Name] = true
		}
	}
	return nil
}

// add reads an object and notes whose addresses it takes.
func (m *marks) add(where string, data []byte) error {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s: %v", where, err)
	}
	o := &markObject{where: where, data: data, f: f, targets: map[place]bool{}, fixed: map[int]bool{}}
	if o.symbols, err = f.Symbols(); err != nil && err != elf.ErrNoSymbols {
		return fmt.Errorf("%s: %v", where, err)
	}
	for _, s := range f.Sections {
		if s.Type == elf.SHT_SYMTAB {
			o.symtab = s.Offset
		}
		o.debug = o.debug || strings.HasPrefix(s.Name, ".debug")
	}
	m.objects = append(m.objects, o)
	return o.eachReloc(func(r *reloc) error {
		if r.call {
			return nil
		}
		if r.symbol.Name != "" && elf.ST_BIND(r.symbol.Info) != elf.STB_LOCAL {
			m.reached[r.symbol.Name] = true
			return nil
		}
		to := r.target()
		o.targets[to] = true
		if r.relative && !r.lea {
			o.fixed[to.section] = true
		}
		return nil
	})
}

// reloc is one relocation of an object's code or data.
type reloc struct {
	raw      []byte // in the object
	symbol   elf.Symbol
	addend   int64
	relative bool // to its own place
	call     bool // a direct call or jump
	lea      bool // the address of code
}

// target is the place that is meant by a relocation against a section or a local symbol.
func (r *reloc) target() place {
	at := int64(r.symbol.Value) + r.addend
	if r.relative {
		at += 4
	}
	return place{int(r.symbol.Section), uint64(at)}
}

func (o *markObject) eachReloc(do func(*reloc) error) error {
	for _, s := range o.f.Sections {
		if s.Type != elf.SHT_RELA || int(s.Info) >= len(o.f.Sections) || o.f.Sections[s.Info].Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		in := o.f.Sections[s.Info]
		for at := s.Offset; at+relaSize <= s.Offset+s.Size; at += relaSize {
			raw := o.data[at:][:relaSize]
			typ, n := elf.R_X86_64(uint32(le.Uint64(raw[8:]))), int(le.Uint32(raw[12:]))
			off := le.Uint64(raw)
			if n == 0 || n > len(o.symbols) || off >= in.Size {
				return fmt.Errorf("%s: relocation in %s out of place", o.where, in.Name)
			}
			r := &reloc{raw: raw, symbol: o.symbols[n-1], addend: int64(le.Uint64(raw[relaAddend:]))}
			switch typ {
			case elf.R_X86_64_PC32, elf.R_X86_64_PLT32, elf.R_X86_64_GOTPCREL, elf.R_X86_64_GOTPCRELX, elf.R_X86_64_REX_GOTPCRELX, elf.R_X86_64_PC64:
				r.relative = true
			}
			if in.Flags&elf.SHF_EXECINSTR != 0 && r.relative && off >= 2 {
				before := o.data[in.Offset+off-2:][:2]
				r.call = before[1] == 0xe8 || before[1] == 0xe9 || before[0] == 0x0f && before[1]&0xf0 == 0x80
				r.lea = before[0] == 0x8d && before[1]&0xc7 == 0x05
			} else if in.Flags&elf.SHF_EXECINSTR != 0 && r.relative && off == 1 {
				r.call = o.data[in.Offset] == 0xe8 || o.data[in.Offset] == 0xe9
			}
			if err := do(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// needless reports whether section i of o begins with a mark that nothing needs: it is one function, and whoever
// reaches it says its name.
func (m *marks) needless(o *markObject, i int) bool {
	s := o.f.Sections[i]
	if s.Flags&elf.SHF_EXECINSTR == 0 || !strings.HasPrefix(s.Name, ".text.") || s.Size <= 4 || s.Addralign > markedAtMost ||
		!bytes.HasPrefix(o.data[s.Offset:], endbr64) || o.fixed[i] {
		return false
	}
	named := false
	for p := range o.targets {
		if p.section == i && p.offset < 4 {
			return false
		}
	}
	for _, y := range o.symbols {
		if int(y.Section) != i {
			continue
		}
		if y.Value == 0 && m.reached[y.Name] || y.Value > 0 && (y.Value < 4 || elf.ST_TYPE(y.Info) == elf.STT_FUNC) {
			return false
		}
		named = named || y.Value == 0 && elf.ST_TYPE(y.Info) == elf.STT_FUNC
	}
	return named && !branchesToStart(o.data[s.Offset:][:s.Size])
}

// branchesToStart reports whether code may branch to its first instruction by a distance that the assembler worked out,
// as a function does that calls itself by a local name: no relocation shows that. Data that looks so counts as well.
func branchesToStart(code []byte) bool {
	for at, op := range code {
		long := op == 0xe8 || op == 0xe9 || at > 0 && code[at-1] == 0x0f && op&0xf0 == 0x80
		if long && at+5 <= len(code) && uint32(at+5)+le.Uint32(code[at+1:]) < 4 {
			return true
		}
		short := op == 0xeb || op&0xf0 == 0x70 || op&0xfc == 0xe0
		if short && at+2 <= len(code) && uint(at+2+int(int8(code[at+1]))) < 4 {
			return true
		}
	}
	return false
}

// cut takes the first 4 bytes out of section i: the rest moves up, and what refers to it follows.
func (o *markObject) cut(i int) error {
	s := o.f.Sections[i]
	code := o.data[s.Offset:][:s.Size]
	copy(code, code[4:])
	header := o.data[le.Uint64(o.data[ehShoff:])+uint64(i)*shSize:]
	err := o.eachReloc(func(r *reloc) error {
		if int(r.symbol.Section) == i && elf.ST_TYPE(r.symbol.Info) == elf.STT_SECTION {
			if to := r.target().offset; to != 0 {
				le.PutUint64(r.raw[relaAddend:], uint64(r.addend-4))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, x := range o.f.Sections {
		if x.Type != elf.SHT_RELA || int(x.Info) != i {
			continue
		}
		for at := x.Offset; at+relaSize <= x.Offset+x.Size; at += relaSize {
			le.PutUint64(o.data[at:], le.Uint64(o.data[at:])-4)
		}
	}
	for n := range o.symbols {
		y := &o.symbols[n]
		if int(y.Section) != i {
			continue
		}
		raw := o.data[o.symtab+uint64(n+1)*symSize:]
		if y.Value > 0 {
			y.Value -= 4
			le.PutUint64(raw[symValue:], y.Value)
		} else if y.Size > 4 {
			y.Size -= 4
			le.PutUint64(raw[symSizeField:], y.Size)
		}
	}
	s.Size -= 4
	le.PutUint64(header[shSizeField:], s.Size)
	return nil
}
