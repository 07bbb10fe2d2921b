package elflink

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"
)

var le = binary.LittleEndian

// object is a relocatable file that is linked.
type object struct {
	*indexMember
	file    string      // archive(member)
	index   int32       // in linker.objects
	ids     []SectionID // of its sections; 0: not one that the link needs, or less: not needed so far, see sectionOf
	records []byte      // of its sections
	symtab  []byte
	relas   []byte
	groups  []byte
	strings string // names of sections and local symbols
	globals []SymbolID
	live    bool // some section of it is kept
}

// section is an input section. There are thousands of them, most of which are not kept: it is small.
type section struct {
	name    string
	size    uint64
	typ     elf.SectionType
	flags   elf.SectionFlag
	align   uint32
	entsize uint32
	obj     int32
	record  int32  // in its object, or -1
	at      uint32 // of its content; noContent: none
	// Of its relocations, in the object's.
	firstRela, relas uint32
	class            uint16 // index in linker.classes
	// discarded: of a COMDAT group that another object has, or as the layout says.
	discarded bool

	why  reason
	pool *pool   // of a mergeable section
	cut  *pieces // the same
	part *Part   // of the layout that takes it
	out  *output
	addr uint64
}

func (s *section) has(f elf.SectionFlag) bool { return s.flags&f != 0 }

// content is what the section has in its file.
func (l *linker) content(s *section) []byte {
	if s.at == noContent {
		return nil
	}
	return l.objects[s.obj].content[s.at:][:s.size:s.size]
}

// relas are the section's relocations.
func (l *linker) relas(s *section) []byte {
	if s.relas == 0 {
		return nil
	}
	return l.objects[s.obj].relas[s.firstRela*relaSize:][:s.relas*relaSize]
}

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

// nameOf is the name of entry i of an object's symbol table, as the object has it.
func (l *linker) nameOf(o *object, i int) string {
	n := le.Uint32(o.symbol(i))
	switch {
	case uint32(i) < o.local:
		return cstring(o.strings, n)
	case n >= uint32(l.in.Index.nameCount()):
		return ""
	}
	return l.in.Index.name(int32(n))
}
