package elflink

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
)

var le = binary.LittleEndian

// object is a relocatable file that is linked.
type object struct {
	file    string      // archive(member)
	index   int32       // in linker.objects
	archive int         // index in Input.Index
	ids     []SectionID // of its sections; 0: not one that the link needs, or -1: not needed so far, see sectionOf
	count   int         // section headers, the null one too
	head    *header
	symtab  []byte
	strtab  string
	local   int // entries of symtab that are local
	globals []SymbolID
	live    bool // some section of it is kept
}

// section is an input section.
type section struct {
	name    string
	obj     int32
	typ     elf.SectionType
	flags   elf.SectionFlag
	align   uint64
	size    uint64
	entsize uint64
	data    []byte // of size, or nil without any
	relas   []byte

	discarded bool // of a COMDAT group that another object has, or as the layout says
	why       reason
	merged          // of a mergeable section
	part      *Part // of the layout that takes it
	out       *output
	addr      uint64
}

func (s *section) has(f elf.SectionFlag) bool { return s.flags&f != 0 }

// live reports whether the section is kept.
func (s *section) live() bool { return s.why.cause != causeNone }

// Offsets in ELF64 headers (System V ABI, "ELF Header", "Sections", "Symbol Table", "Relocation").
const (
	ehSize, phSize, shSize, symSize, relaSize, dynSize = 64, 56, 64, 24, 24, 16

	ehType, ehMachine                                          = 16, 18
	ehShoff, ehShentsize, ehShnum, ehShstrndx                  = 40, 58, 60, 62
	shType, shFlags, shOffset, shSizeAt, shLink, shInfo        = 4, 8, 24, 32, 40, 44
	shAlign, shEntsize                                         = 48, 56
	symInfo, symOther, symShndx, symValue, symSizeAt           = 4, 5, 6, 8, 16
	relaInfo, relaAddend                                       = 8, 16
	groupComdat                                                = 1
	maxAlign                                            uint64 = 1 << 21
)

// header is a view of an ELF64 object file whose section headers are there.
type header struct {
	data  []byte
	shoff uint64
	shnum int
	names string
	file  string
}

func (h *header) bad(format string, args ...any) error {
	return &ObjectError{h.file, fmt.Sprintf(format, args...)}
}

func readHeader(file string, data []byte) (*header, error) {
	h := &header{data: data, file: file}
	if len(data) < ehSize || !bytes.HasPrefix(data, []byte("\x7fELF\x02\x01")) || elf.Type(le.Uint16(data[ehType:])) != elf.ET_REL {
		return nil, h.bad("not an ELF64 object file")
	}
	if m := elf.Machine(le.Uint16(data[ehMachine:])); m != elf.EM_X86_64 {
		return nil, h.bad("made for %v, not x86-64", m)
	}
	h.shoff, h.shnum = le.Uint64(data[ehShoff:]), int(le.Uint16(data[ehShnum:]))
	shstr := int(le.Uint16(data[ehShstrndx:]))
	if h.shoff > uint64(len(data)) || uint64(h.shnum)*shSize > uint64(len(data))-h.shoff || shstr >= h.shnum {
		return nil, h.bad("truncated section headers")
	}
	names, ok := h.body(shstr)
	if !ok {
		return nil, h.bad("truncated section names")
	}
	h.names = string(names)
	return h, nil
}

func (h *header) section(i int) []byte { return h.data[h.shoff+uint64(i)*shSize:][:shSize] }

func (h *header) typ(i int) elf.SectionType { return elf.SectionType(le.Uint32(h.section(i)[shType:])) }

// body is the content of a section; nil for one without.
func (h *header) body(i int) ([]byte, bool) {
	if i <= 0 || i >= h.shnum {
		return nil, false
	}
	s := h.section(i)
	off, size := le.Uint64(s[shOffset:]), le.Uint64(s[shSizeAt:])
	if elf.SectionType(le.Uint32(s[shType:])) == elf.SHT_NOBITS {
		return nil, true
	}
	if off > uint64(len(h.data)) || size > uint64(len(h.data))-off {
		return nil, false
	}
	return h.data[off : off+size : off+size], true
}

// cstring is the string at off of a string table; "" if off is outside.
func cstring(tab string, off uint32) string {
	if uint64(off) >= uint64(len(tab)) {
		return ""
	}
	s, _, _ := strings.Cut(tab[off:], "\x00")
	return s
}

// readObject adds the sections of an object to the link, and returns the object with its symbol table. Sections
// without content, of which compilers make three in each object, are added when something is found to be in them.
func (l *linker) readObject(archive int, file string, data []byte) (*object, error) {
	h, err := readHeader(file, data)
	if err != nil {
		return nil, err
	}
	o := &object{file: file, index: int32(len(l.objects)), archive: archive, ids: make([]SectionID, h.shnum), count: h.shnum, head: h}
	l.objects = append(l.objects, o)
	relas := false
	for i := range h.shnum {
		s := h.section(i)
		switch typ := h.typ(i); typ {
		case elf.SHT_SYMTAB:
			tab, ok1 := h.body(i)
			str, ok2 := h.body(int(le.Uint32(s[shLink:])))
			if !ok1 || !ok2 || o.symtab != nil {
				return nil, h.bad("truncated symbol table")
			}
			o.symtab, o.strtab, o.local = tab[:len(tab)/symSize*symSize], string(str), int(le.Uint32(s[shInfo:]))
			if o.local > len(o.symtab)/symSize {
				return nil, h.bad("truncated symbol table")
			}
		case elf.SHT_NULL, elf.SHT_STRTAB:
		case elf.SHT_RELA, elf.SHT_GROUP:
			relas = true
		case elf.SHT_REL:
			return nil, h.bad("relocations without addends")
		default:
			flags := elf.SectionFlag(le.Uint64(s[shFlags:]))
			switch {
			case flags&elf.SHF_ALLOC == 0 && !l.debug:
			case le.Uint64(s[shSizeAt:]) == 0:
				o.ids[i] = -1
			default:
				if err := l.addSection(o, i); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range h.shnum {
		if relas && h.typ(i) == elf.SHT_RELA {
			if err := l.readRelas(o, i); err != nil {
				return nil, err
			}
		}
	}
	for i := range h.shnum {
		if relas && h.typ(i) == elf.SHT_GROUP {
			if err := l.readGroup(o, i); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// addSection adds section i of an object, which is the last that was read or a section without content.
func (l *linker) addSection(o *object, i int) error {
	h := o.head
	s := h.section(i)
	x := section{obj: o.index, typ: h.typ(i), flags: elf.SectionFlag(le.Uint64(s[shFlags:])), name: cstring(h.names, le.Uint32(s)),
		align: max(1, le.Uint64(s[shAlign:])), size: le.Uint64(s[shSizeAt:]), entsize: le.Uint64(s[shEntsize:])}
	var ok bool
	if x.data, ok = h.body(i); !ok {
		return h.bad("truncated section %s", x.name)
	}
	if bits.OnesCount64(x.align) != 1 || x.align > maxAlign || x.size > maxArchive {
		return h.bad("section %s has %d bytes aligned to %d", x.name, x.size, x.align)
	}
	if x.has(elf.SHF_COMPRESSED) {
		return h.bad("section %s is compressed", x.name)
	}
	o.ids[i] = SectionID(len(l.sections))
	l.sections = append(l.sections, x)
	return nil
}

// sectionOf is the number of section i of an object; 0 if the link does not need it. Once live has followed all
// references none is added any more, so that passes can run at a time.
func (l *linker) sectionOf(o *object, i int) SectionID {
	if o.ids[i] < 0 && l.sealed {
		return 0
	}
	if o.ids[i] < 0 {
		if err := l.addSection(o, i); err != nil {
			o.ids[i] = 0
		}
	}
	return o.ids[i]
}

// readRelas gives a section its relocations, of section i: later passes rely on their symbols and places.
func (l *linker) readRelas(o *object, i int) error {
	h := o.head
	to := int(le.Uint32(h.section(i)[shInfo:]))
	tab, ok := h.body(i)
	if !ok {
		return h.bad("truncated relocations")
	}
	if to <= 0 || to >= h.shnum {
		return h.bad("relocations for a missing section")
	}
	if o.ids[to] == 0 { // not needed
		return nil
	}
	s := &l.sections[l.sectionOf(o, to)]
	if s.relas != nil {
		return h.bad("more than one section of relocations for %s", s.name)
	}
	tab = tab[:len(tab)/relaSize*relaSize]
	for r := tab; len(r) > 0; r = r[relaSize:] {
		if le.Uint64(r[relaInfo:])>>32 >= uint64(len(o.symtab)/symSize) {
			return h.bad("relocation against a missing symbol")
		}
		if typ := elf.R_X86_64(le.Uint32(r[relaInfo:])); typ != elf.R_X86_64_NONE {
			if at := le.Uint64(r); at > uint64(len(s.data)) || uint64(len(s.data))-at < fieldSize(typ) {
				return h.bad("relocation at %#x is outside of section %s", at, s.name)
			}
		}
	}
	s.relas = tab
	return nil
}

// readGroup discards a COMDAT group's sections if another object has the group.
func (l *linker) readGroup(o *object, i int) error {
	h := o.head
	tab, ok := h.body(i)
	sym := uint64(le.Uint32(h.section(i)[shInfo:]))
	if !ok || len(tab) < 4 || sym*symSize >= uint64(len(o.symtab)) {
		return h.bad("truncated section group")
	}
	if le.Uint32(tab)&groupComdat == 0 {
		return nil
	}
	name := cstring(o.strtab, le.Uint32(o.symtab[sym*symSize:]))
	if !l.groups[name] {
		if l.groups == nil {
			l.groups = map[string]bool{}
		}
		l.groups[name] = true
		return nil
	}
	for tab = tab[4:]; len(tab) >= 4; tab = tab[4:] {
		if n := le.Uint32(tab); n < uint32(o.count) {
			if id := l.sectionOf(o, int(n)); id > 0 {
				l.sections[id].discarded = true
			}
		}
	}
	return nil
}

// symbolAt is a view of an entry of an object's symbol table.
type symbolAt []byte

func (o *object) symbol(i int) symbolAt { return symbolAt(o.symtab[i*symSize:][:symSize]) }

func (s symbolAt) bind() elf.SymBind { return elf.ST_BIND(s[symInfo]) }
func (s symbolAt) typ() elf.SymType  { return elf.ST_TYPE(s[symInfo]) }
func (s symbolAt) vis() elf.SymVis   { return elf.ST_VISIBILITY(s[symOther]) }
func (s symbolAt) shndx() elf.SectionIndex {
	return elf.SectionIndex(le.Uint16(s[symShndx:]))
}
func (s symbolAt) value() uint64 { return le.Uint64(s[symValue:]) }
func (s symbolAt) size() uint64  { return le.Uint64(s[symSizeAt:]) }

func (o *object) nameOf(s symbolAt) string { return cstring(o.strtab, le.Uint32(s)) }
