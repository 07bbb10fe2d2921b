package elflink

import (
	"debug/elf"
	"encoding/binary"
	"slices"
	"strings"
)

// debugFile is an executable with sections, all symbols and debugging information.
func (l *linker) debugFile() ([]byte, error) {
	entry, err := l.entryAddress()
	if err != nil {
		return nil, err
	}
	var f fileWriter
	headers := slices.Clone(l.segments)
	f.out = make([]byte, ehSize+len(headers)*phSize)
	offsets := make([]uint64, len(headers))
	for i, s := range headers {
		f.grow(alignUp(uint64(len(f.out)), 16))
		offsets[i] = uint64(len(f.out))
		for _, o := range s.outputs {
			h := elf.Section64{Type: uint32(o.sectionType(l)), Flags: uint64(o.flags | elf.SHF_ALLOC), Addr: o.addr, Size: o.size, Addralign: o.align, Off: uint64(len(f.out))}
			switch o {
			case l.madeIn[DynSym]:
				h.Info, h.Link, h.Entsize = 1, uint32(l.madeIn[DynStr].number), symSize
			case l.madeIn[Dynamic]:
				h.Link, h.Entsize = uint32(l.madeIn[DynStr].number), dynSize
			case l.madeIn[GNUHash]:
				h.Link = uint32(l.madeIn[DynSym].number)
			}
			if o.data != nil {
				f.grow(offsets[i] + o.addr - s.start)
				h.Off = uint64(len(f.out))
				f.out = append(f.out, o.data...)
			}
			f.add(o.def.Name, h)
		}
	}
	for _, d := range l.debugSections() {
		f.tail(d.name, elf.Section64{Type: uint32(elf.SHT_PROGBITS), Addralign: 1}, d.data)
	}
	symtab, strtab, locals := l.symbolTable()
	f.tail(".symtab", elf.Section64{Type: uint32(elf.SHT_SYMTAB), Link: uint32(len(f.headers) + 2), Info: locals, Addralign: 8, Entsize: symSize}, symtab)
	f.tail(".strtab", elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1}, strtab)
	f.names = append(f.names, ".shstrtab\x00"...)
	f.headers = append(f.headers, elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1, Name: uint32(len(f.names) - len(".shstrtab")),
		Off: uint64(len(f.out)), Size: uint64(len(f.names) + 1)})
	f.out = append(append(f.out, 0), f.names...)
	f.grow(alignUp(uint64(len(f.out)), 8))

	eh := l.fileHeader(entry, len(headers))
	eh.Shoff, eh.Shentsize, eh.Shnum, eh.Shstrndx = uint64(len(f.out)), shSize, uint16(len(f.headers)+1), uint16(len(f.headers))
	head, err := binary.Append(nil, le, eh)
	for i, s := range headers {
		p := elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Off: offsets[i], Vaddr: s.start, Paddr: s.start - l.in.Layout.Offset, Memsz: s.size, Align: 16}
		for _, o := range s.outputs {
			if o.data != nil {
				p.Filesz = o.addr + o.size - s.start
			}
		}
		head, _ = binary.Append(head, le, p)
	}
	copy(f.out, head)
	f.out = append(f.out, make([]byte, shSize)...)
	for _, h := range f.headers {
		f.out, _ = binary.Append(f.out, le, h)
	}
	return f.out, err
}

// fileWriter gathers the sections of a file.
type fileWriter struct {
	out     []byte
	names   []byte // of sections; the string table has a zero before it
	headers []elf.Section64
}

func (f *fileWriter) grow(to uint64) { f.out = append(f.out, make([]byte, to-uint64(len(f.out)))...) }

func (f *fileWriter) add(name string, h elf.Section64) {
	h.Name = uint32(len(f.names) + 1)
	f.names = append(append(f.names, name...), 0)
	f.headers = append(f.headers, h)
}

// tail adds a section that is not loaded.
func (f *fileWriter) tail(name string, h elf.Section64, data []byte) {
	f.grow(alignUp(uint64(len(f.out)), 8))
	h.Off, h.Size = uint64(len(f.out)), uint64(len(data))
	f.out = append(f.out, data...)
	f.add(name, h)
}

func (o *output) sectionType(l *linker) elf.SectionType {
	switch {
	case o.data == nil:
		return elf.SHT_NOBITS
	case o == l.madeIn[DynSym]:
		return elf.SHT_DYNSYM
	case o == l.madeIn[DynStr]:
		return elf.SHT_STRTAB
	case o == l.madeIn[GNUHash]:
		return elf.SHT_GNU_HASH
	case o == l.madeIn[Dynamic]:
		return elf.SHT_DYNAMIC
	case o.def == l.noteOutput():
		return elf.SHT_NOTE
	}
	return elf.SHT_PROGBITS
}

// symbolTable makes .symtab and .strtab: the symbols of kept sections, by object, with the object's source file before
// its local ones; then those that are global in the objects. Locals is how many entries are local.
func (l *linker) symbolTable() (symtab, strtab []byte, locals uint32) {
	symtab, strtab = make([]byte, symSize), []byte{0}
	add := func(name string, info byte, index uint16, value, size uint64) {
		var e [symSize]byte
		le.PutUint32(e[:], uint32(len(strtab)))
		e[symInfo] = info
		le.PutUint16(e[symShndx:], index)
		le.PutUint64(e[symValue:], value)
		le.PutUint64(e[symSizeAt:], size)
		symtab = append(symtab, e[:]...)
		strtab = append(append(strtab, name...), 0)
	}
	exported := map[SymbolID]bool{}
	for _, id := range l.dynamic.symbols {
		exported[id] = true
	}
	for _, global := range []bool{false, true} {
		for _, o := range l.objects {
			if !o.live {
				continue
			}
			for i := 1; i < int(o.symbols); i++ {
				at := o.symbol(i)
				if at.typ() == elf.STT_FILE {
					if !global {
						add(l.nameOf(o, i), at[symInfo], uint16(elf.SHN_ABS), 0, 0)
					}
					continue
				}
				n := at.shndx()
				name := l.nameOf(o, i)
				if n == 0 || uint32(n) >= o.count || at.typ() == elf.STT_SECTION || name == "" || strings.HasPrefix(name, ".L") {
					continue
				}
				id := o.ids[n]
				if id <= 0 {
					continue
				}
				s := &l.sections[id]
				if !s.live() || i >= int(o.local) && l.symbols[o.globals[i-int(o.local)]].sec != id || global != (i >= int(o.local) && exported[o.globals[i-int(o.local)]]) {
					continue
				}
				bind := elf.STB_LOCAL
				if global {
					bind = elf.STB_GLOBAL
				}
				value := l.addressOf(id, at.value())
				if at.typ() == elf.STT_TLS {
					value -= l.tls.start
				}
				add(name, elf.ST_INFO(bind, at.typ()), s.out.number, value, at.size())
			}
		}
		if !global {
			for _, n := range l.image.Names {
				index := uint16(elf.SHN_ABS)
				if o := l.symbols[l.lookup(n.Name)].out; o != nil && o.number != 0 {
					index = o.number
				}
				add(n.Name, elf.ST_INFO(elf.STB_LOCAL, elf.STT_NOTYPE), index, n.Addr, 0)
			}
			locals = uint32(len(symtab) / symSize)
		}
	}
	return symtab, strtab, locals
}

// debugSection is debugging information of all objects.
type debugSection struct {
	name string
	data []byte
}

// debugSections joins the debugging information of objects of which something is kept. What refers to a dropped
// function gets 0, or 1 where 0 would end a list.
func (l *linker) debugSections() []debugSection {
	var out []debugSection
	index := map[string]int{}
	at := map[SectionID]uint64{}
	var ids []SectionID
	for i := range l.sections {
		s := &l.sections[i]
		if s.has(elf.SHF_ALLOC) || s.discarded || !strings.HasPrefix(s.name, ".debug_") || !l.objects[s.obj].live || s.at == noContent {
			continue
		}
		n, ok := index[s.name]
		if !ok {
			n = len(out)
			index[s.name] = n
			out = append(out, debugSection{name: s.name})
		}
		d := &out[n]
		d.data = append(d.data, make([]byte, alignUp(uint64(len(d.data)), uint64(s.align))-uint64(len(d.data)))...)
		at[SectionID(i)] = uint64(len(d.data))
		d.data = append(d.data, l.content(s)...)
		ids = append(ids, SectionID(i))
	}
	for _, id := range ids {
		s := &l.sections[id]
		o := l.objects[s.obj]
		data := out[index[s.name]].data[at[id]:]
		for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
			off, info, addend := le.Uint64(r), le.Uint64(r[relaInfo:]), le.Uint64(r[relaAddend:])
			to := l.resolveAt(o, int(info>>32))
			var v uint64
			switch x, debug := at[to.sec]; {
			case debug:
				v = x + to.value + addend
			case to.sec != 0 && !l.sections[to.sec].live():
				if s.name == ".debug_ranges" || s.name == ".debug_loc" {
					v = 1
				}
			case to.typ == elf.STT_TLS || to.sec != 0 && l.sections[to.sec].has(elf.SHF_TLS):
				v = l.valueOf(to) + addend - l.tls.start
			default:
				v = l.valueOf(to) + addend
			}
			switch elf.R_X86_64(uint32(info)) {
			case elf.R_X86_64_64, elf.R_X86_64_DTPOFF64:
				le.PutUint64(data[off:], v)
			case elf.R_X86_64_32, elf.R_X86_64_32S, elf.R_X86_64_DTPOFF32:
				le.PutUint32(data[off:], uint32(v))
			}
		}
	}
	return out
}
