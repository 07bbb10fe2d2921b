package linker

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// object is what the link map needs of a relocatable file: its sections'
// names, its symbols, and which symbols each section refers to. Offsets come
// from the kit and are checked; values are not interpreted.
type object struct {
	file     string // archive(member)
	sections []string
	sizes    []int64
	symbols  []objSymbol
	refs     [][]uint32 // section index → indices into symbols
}

type objSymbol struct {
	name    string // empty for section symbols
	section int    // 0: undefined
	value   uint64 // offset in the section
	global  bool
	weak    bool
}

// Offsets in ELF64 section headers, symbols and relocations with addend.
const (
	shName, shType, shOffset, shSizeOff, shLink, shInfo = 0, 4, 24, 32, 40, 44

	symSize, symInfo, symShndx, symValue = 24, 4, 6, 8
	relaSize, relaSym                    = 24, 12
)

func parseObject(file string, data []byte) (*object, error) {
	le := binary.LittleEndian
	bad := func(what string) (*object, error) {
		return nil, fmt.Errorf("%s: %s: rebuild the kit with `make kit`", file, what)
	}
	if len(data) < ehSize || !bytes.HasPrefix(data, []byte("\x7fELF\x02\x01")) || le.Uint16(data[16:]) != uint16(elf.ET_REL) {
		return bad("not an ELF64 object file")
	}
	shoff, shnum, shstr := le.Uint64(data[ehShoff:]), int(le.Uint16(data[ehShnum:])), int(le.Uint16(data[ehShstrndx:]))
	if shoff > uint64(len(data)) || uint64(shnum)*shSize > uint64(len(data))-shoff || shstr >= shnum {
		return bad("truncated section headers")
	}
	header := func(i int) []byte { return data[shoff+uint64(i)*shSize:][:shSize] }
	body := func(i int) ([]byte, bool) {
		if i >= shnum {
			return nil, false
		}
		h := header(i)
		off, size := le.Uint64(h[shOffset:]), le.Uint64(h[shSizeOff:])
		if elf.SectionType(le.Uint32(h[shType:])) == elf.SHT_NOBITS {
			return nil, true
		}
		if off > uint64(len(data)) || size > uint64(len(data))-off {
			return nil, false
		}
		return data[off : off+size], true
	}
	cstring := func(tab []byte, off uint32) string {
		if uint64(off) >= uint64(len(tab)) {
			return ""
		}
		s := tab[off:]
		if i := bytes.IndexByte(s, 0); i >= 0 {
			s = s[:i]
		}
		return string(s)
	}
	names, ok := body(shstr)
	if !ok {
		return bad("truncated section names")
	}
	o := &object{file: file, sections: make([]string, shnum), sizes: make([]int64, shnum), refs: make([][]uint32, shnum)}
	for i := range shnum {
		h := header(i)
		o.sections[i] = cstring(names, le.Uint32(h[shName:]))
		o.sizes[i] = int64(le.Uint64(h[shSizeOff:]))
		if elf.SectionType(le.Uint32(h[shType:])) != elf.SHT_SYMTAB {
			continue
		}
		tab, ok1 := body(i)
		str, ok2 := body(int(le.Uint32(h[shLink:])))
		if !ok1 || !ok2 {
			return bad("truncated symbol table")
		}
		for ; len(tab) >= symSize; tab = tab[symSize:] {
			bind := elf.ST_BIND(tab[symInfo])
			s := objSymbol{
				name:    cstring(str, le.Uint32(tab)),
				section: int(le.Uint16(tab[symShndx:])),
				value:   le.Uint64(tab[symValue:]),
				global:  bind != elf.STB_LOCAL,
				weak:    bind == elf.STB_WEAK,
			}
			if s.section >= shnum { // absolute or common: in no section
				s.section = 0
			}
			o.symbols = append(o.symbols, s)
		}
	}
	for i := range shnum {
		h := header(i)
		if elf.SectionType(le.Uint32(h[shType:])) != elf.SHT_RELA {
			continue
		}
		tab, ok := body(i)
		if !ok {
			return bad("truncated relocations")
		}
		from := int(le.Uint32(h[shInfo:]))
		if from >= shnum {
			return bad("relocations for a missing section")
		}
		for ; len(tab) >= relaSize; tab = tab[relaSize:] {
			sym := le.Uint32(tab[relaSym:])
			if int64(sym) >= int64(len(o.symbols)) {
				return bad("relocation against a missing symbol")
			}
			o.refs[from] = append(o.refs[from], sym)
		}
	}
	return o, nil
}

// ObjectSymbols are the global names of an object file.
type ObjectSymbols struct {
	Strong, Weak []string // defined
	Wanted       []string // undefined, and not weak: the linker takes archive members for them
}

// ReadObjectSymbols returns the global names of an archive member.
func ReadObjectSymbols(m ArchiveMember) (*ObjectSymbols, error) {
	o, err := parseObject(m.Name, m.Data)
	if err != nil {
		return nil, err
	}
	out := &ObjectSymbols{}
	for _, s := range o.symbols {
		switch {
		case !s.global:
		case s.section != 0 && s.weak:
			out.Weak = append(out.Weak, s.name)
		case s.section != 0:
			out.Strong = append(out.Strong, s.name)
		case !s.weak:
			out.Wanted = append(out.Wanted, s.name)
		}
	}
	return out, nil
}
