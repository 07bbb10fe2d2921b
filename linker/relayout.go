package linker

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
)

// moves says where sections and symbols have gone.
type moves struct {
	ranges  []movedRange      // sorted
	symbols map[uint64]uint64 // placeholder → value
}

type movedRange struct{ start, end, to uint64 }

// to returns where addr has gone. The second result is false for what did not
// move: it is no address of the linked program.
func (m *moves) to(addr uint64) (uint64, bool) {
	if v, ok := m.symbols[addr]; ok {
		return v, true
	}
	for _, r := range m.ranges {
		if addr >= r.start && addr < r.end {
			return addr - r.start + r.to, true
		}
	}
	return addr, false
}

// relayout makes the executable that GNU ld would have written with the script
// from one that another linker laid out, and that has its relocations still
// (--emit-relocs). Stand tells the symbols behind the addresses that stood for
// values of the script.
func relayout(f *elf.File, script *ldScript, stand map[uint64]string) ([]byte, *moves, error) {
	var sections []*laidSection
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC != 0 {
			if slices.ContainsFunc(sections, func(x *laidSection) bool { return x.name == s.Name }) {
				return nil, nil, fmt.Errorf("it made two sections %s", s.Name)
			}
			sections = append(sections, &laidSection{name: s.Name, size: s.Size, align: max(s.Addralign, 1), nobits: s.Type == elf.SHT_NOBITS})
		}
	}
	plan, err := script.place(sections)
	if err != nil {
		return nil, nil, err
	}
	r := &relayouter{f: f, plan: plan, place: map[string]int{}, moves: &moves{symbols: map[uint64]uint64{}}}
	for at, name := range stand {
		r.moves.symbols[at] = plan.symbols[name]
	}
	for _, x := range sections {
		s := f.Section(x.name)
		// .tbss takes no place: its addresses are those of what comes behind it, too, and nothing refers to it by them.
		if cleared := s.Type == elf.SHT_NOBITS && s.Flags&elf.SHF_TLS != 0; x.addr != 0 && s.Size > 0 && !cleared {
			r.moves.ranges = append(r.moves.ranges, movedRange{s.Addr, s.Addr + s.Size, x.addr})
		}
	}
	for _, step := range []func() error{
		r.fill,      // every section's content is in its output
		r.relocate,  // references within are to the new places
		r.linkTable, // dynamic symbols, dynamic section and GOT too
		r.symbols,   // the symbol table too
	} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	if r.w.entry, err = script.entryPoint(plan, r.symbol); err != nil {
		return nil, nil, err
	}
	for _, h := range script.phdrs {
		r.w.addSegment(h)
	}
	return r.w.bytes(), r.moves, nil
}

type relayouter struct {
	f     *elf.File
	plan  *layout
	moves *moves
	place map[string]int // section of f → index in w.sections
	table []elf.Symbol   // of f
	w     exeWriter
}

func (r *relayouter) fill() error {
	for _, o := range r.plan.outs {
		if o.size == 0 {
			continue
		}
		out := exeSection{laidOutput: o}
		if !o.nobits {
			out.data = make([]byte, o.size)
		}
		for _, x := range o.sections {
			s := r.f.Section(x.name)
			r.place[x.name] = len(r.w.sections)
			out.flags |= s.Flags & (elf.SHF_WRITE | elf.SHF_EXECINSTR | elf.SHF_TLS)
			switch s.Type {
			case elf.SHT_DYNSYM, elf.SHT_DYNAMIC, elf.SHT_GNU_HASH, elf.SHT_STRTAB, elf.SHT_NOTE:
				out.typ, out.info, out.entsize = s.Type, s.Info, s.Entsize
			}
			if s.Type == elf.SHT_NOBITS {
				continue
			}
			b, err := s.Data()
			if err != nil {
				return err
			}
			if out.data != nil {
				copy(out.data[x.addr-o.addr:], b)
			} else if len(bytes.Trim(b, "\x00")) > 0 {
				return fmt.Errorf("section %s has content, but no room in the file", x.name)
			}
		}
		r.w.sections = append(r.w.sections, out)
	}
	return nil
}

// at returns the n bytes that are now for what was at addr.
func (r *relayouter) at(addr, n uint64) ([]byte, uint64, error) {
	to, _ := r.moves.to(addr)
	for i := range r.w.sections {
		x := &r.w.sections[i]
		if x.data != nil && to >= x.addr && to-x.addr+n <= x.size {
			return x.data[to-x.addr:][:n], to, nil
		}
	}
	return nil, 0, fmt.Errorf("nothing is at %#x", addr)
}

// relocate changes each field that a relocation names by what its symbol and
// itself have moved (psABI 4.4.1). What holds no address stays as it is.
func (r *relayouter) relocate() error {
	var err error
	if r.table, err = r.f.Symbols(); err != nil {
		return err
	}
	got := r.f.Section(".got")
	for _, s := range r.f.Sections {
		if s.Type != elf.SHT_RELA || s.Flags&elf.SHF_ALLOC != 0 || int(s.Info) >= len(r.f.Sections) || r.f.Sections[s.Info].Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		if _, placed := r.place[r.f.Sections[s.Info].Name]; !placed { // the script discards it, as .eh_frame of libgcc
			continue
		}
		tab, err := s.Data()
		if err != nil {
			return err
		}
		le := binary.LittleEndian
		for ; len(tab) >= relaSize; tab = tab[relaSize:] {
			at, info := le.Uint64(tab), le.Uint64(tab[8:])
			typ, sym := elf.R_X86_64(elf.R_TYPE64(info)), int(elf.R_SYM64(info))-1
			var target uint64
			if sym >= 0 && sym < len(r.table) {
				target = r.table[sym].Value
			}
			width, relative := uint64(4), true
			switch typ {
			case elf.R_X86_64_NONE, elf.R_X86_64_TPOFF32, elf.R_X86_64_TPOFF64, elf.R_X86_64_DTPOFF32, elf.R_X86_64_SIZE32, elf.R_X86_64_SIZE64:
				continue
			case elf.R_X86_64_64:
				width, relative = 8, false
			case elf.R_X86_64_32, elf.R_X86_64_32S:
				relative = false
			case elf.R_X86_64_PC64:
				width = 8
			case elf.R_X86_64_PC32, elf.R_X86_64_PLT32:
			case elf.R_X86_64_GOTPCREL, elf.R_X86_64_GOTPCRELX, elf.R_X86_64_REX_GOTPCRELX, elf.R_X86_64_GOTTPOFF:
				if got == nil {
					return fmt.Errorf("relocation %v at %#x, but no GOT", typ, at)
				}
				target = got.Addr
			default:
				return fmt.Errorf("relocation %v at %#x cannot be moved", typ, at)
			}
			// One field and, for the forms that linkers relax, the byte before it.
			field, now, err := r.at(at, width)
			if err != nil {
				return err
			}
			if typ == elf.R_X86_64_GOTTPOFF {
				if m, _, err := r.at(at-1, 1); err != nil || m[0]&0xc7 != 0x05 { // not RIP-relative any more
					continue
				}
			}
			to, _ := r.moves.to(target)
			delta := to - target
			if relative {
				delta -= now - at
			}
			if width == 8 {
				le.PutUint64(field, le.Uint64(field)+delta)
				continue
			}
			v := int64(int32(le.Uint32(field))) + int64(delta)
			if relative && v != int64(int32(v)) {
				return fmt.Errorf("relocation %v at %#x does not reach %#x", typ, at, to)
			}
			le.PutUint32(field, uint32(v))
		}
	}
	return nil
}

// linkTable moves what the linker made without relocations, and drops from the
// dynamic section what a kernel has no use for.
func (r *relayouter) linkTable() error {
	le := binary.LittleEndian
	for _, name := range []string{".got", ".got.plt"} {
		s := r.f.Section(name)
		for off := uint64(0); s != nil && off+8 <= s.Size; off += 8 {
			slot, _, err := r.at(s.Addr+off, 8)
			if err != nil {
				return err
			}
			to, _ := r.moves.to(le.Uint64(slot))
			le.PutUint64(slot, to)
		}
	}
	for i := range r.w.sections {
		s := &r.w.sections[i]
		switch s.typ {
		case elf.SHT_DYNSYM:
			r.moveSymbols(s.data)
		case elf.SHT_DYNAMIC:
			dropDynamic(s.data, elf.DT_NEEDED, elf.DT_INIT, elf.DT_FINI, elf.DT_DEBUG)
			for d := s.data; len(d) >= 16; d = d[16:] {
				switch elf.DynTag(le.Uint64(d)) {
				case elf.DT_SYMTAB, elf.DT_STRTAB, elf.DT_GNU_HASH, elf.DT_PLTGOT, elf.DT_VERSYM, elf.DT_VERDEF:
					to, _ := r.moves.to(le.Uint64(d[8:]))
					le.PutUint64(d[8:], to)
				}
			}
		}
	}
	return nil
}

func (r *relayouter) symbols() error {
	for name, to := range map[string]*[]byte{".symtab": &r.w.symtab, ".strtab": &r.w.strtab} {
		s := r.f.Section(name)
		if s == nil {
			return fmt.Errorf("no section %s", name)
		}
		b, err := s.Data()
		if err != nil {
			return err
		}
		if name == ".symtab" {
			r.moveSymbols(b)
			r.w.locals = s.Info
		}
		*to = b
	}
	return nil
}

// moveSymbols gives the entries of a symbol table their new values and section
// numbers.
func (r *relayouter) moveSymbols(table []byte) {
	const shndx, value = 6, 8 // offsets of st_shndx and st_value
	le := binary.LittleEndian
	for ; len(table) >= symSize; table = table[symSize:] {
		n := int(le.Uint16(table[shndx:]))
		v := le.Uint64(table[value:])
		if n > 0 && n < len(r.f.Sections) {
			s := r.f.Sections[n]
			number := elf.SHN_ABS
			if i, ok := r.place[s.Name]; ok {
				number = elf.SectionIndex(i + 1)
				if s.Flags&elf.SHF_TLS == 0 || v >= s.Addr { // a thread-local symbol's is an offset
					v += r.newAddr(s) - s.Addr // its section's way, also for one that marks its end
				}
			}
			le.PutUint16(table[shndx:], uint16(number))
		} else if n == int(elf.SHN_ABS) {
			v, _ = r.moves.to(v)
		}
		le.PutUint64(table[value:], v)
	}
}

// newAddr is where the section of f is now.
func (r *relayouter) newAddr(s *elf.Section) uint64 {
	for _, x := range r.w.sections[r.place[s.Name]].sections {
		if x.name == s.Name {
			return x.addr
		}
	}
	return s.Addr
}

// symbol is the new value of a linked symbol.
func (r *relayouter) symbol(name string) (uint64, bool) {
	for _, s := range r.table {
		if s.Name == name && s.Section != elf.SHN_UNDEF {
			return r.moves.to(s.Value)
		}
	}
	return 0, false
}
