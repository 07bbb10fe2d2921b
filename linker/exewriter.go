package linker

import (
	"debug/elf"
	"encoding/binary"
	"slices"
)

// exeSection is a section of an executable to be written.
type exeSection struct {
	*laidOutput
	data    []byte // nil: none in the file
	typ     elf.SectionType
	flags   elf.SectionFlag
	info    uint32
	entsize uint64
	off     uint64
}

// exeSegment is a program header; its sections follow each other.
type exeSegment struct {
	typ         elf.ProgType
	flags       uint32
	first, last int // in sections
}

// exeWriter writes an ELF64 executable (System V ABI, "Object Files").
type exeWriter struct {
	entry    uint64
	sections []exeSection
	segments []exeSegment
	symtab   []byte
	strtab   []byte
	locals   uint32 // symbols of symtab that are local
}

// addSegment adds the script's program header h if a section is in it.
func (w *exeWriter) addSegment(h scriptPhdr) {
	seg := exeSegment{flags: h.flags, first: -1}
	switch h.typ {
	case "PT_LOAD":
		seg.typ = elf.PT_LOAD
	case "PT_NOTE":
		seg.typ = elf.PT_NOTE
	case "PT_DYNAMIC":
		seg.typ = elf.PT_DYNAMIC
	case "PT_TLS":
		seg.typ = elf.PT_TLS
	}
	for i := range w.sections {
		if slices.Contains(w.sections[i].phdrs, h.name) {
			if seg.first < 0 {
				seg.first = i
			}
			seg.last = i
		}
	}
	if seg.first >= 0 {
		w.segments = append(w.segments, seg)
	}
}

// header is the segment's program header; sections have their offsets.
func (w *exeWriter) header(s exeSegment) elf.Prog64 {
	first := &w.sections[s.first]
	p := elf.Prog64{Type: uint32(s.typ), Flags: s.flags, Off: first.off, Vaddr: first.addr, Paddr: first.paddr, Align: 1}
	for i := s.first; i <= s.last; i++ {
		x := &w.sections[i]
		p.Align = max(p.Align, x.align)
		if x.flags&elf.SHF_TLS != 0 && x.data == nil && s.typ != elf.PT_TLS {
			continue // .tbss has no place in the image
		}
		p.Memsz = x.addr + x.size - p.Vaddr
		if x.data != nil {
			p.Filesz = p.Memsz
		}
	}
	return p
}

// bytes lays the file out: headers, segments' contents, symbols, section headers.
func (w *exeWriter) bytes() []byte {
	le := binary.LittleEndian
	out := make([]byte, ehSize+len(w.segments)*phSize)
	grow := func(to uint64) { out = append(out, make([]byte, to-uint64(len(out)))...) }
	for _, seg := range w.segments {
		if seg.typ != elf.PT_LOAD {
			continue
		}
		grow(alignUp(uint64(len(out)), fileAlign))
		base := uint64(len(out)) - w.sections[seg.first].addr
		for i := seg.first; i <= seg.last; i++ {
			x := &w.sections[i]
			x.off = uint64(len(out))
			if x.data != nil {
				grow(base + x.addr)
				x.off = uint64(len(out))
				out = append(out, x.data...)
			}
		}
	}
	names := []byte{0}
	var headers []elf.Section64
	add := func(name string, h elf.Section64) {
		h.Name = uint32(len(names))
		names = append(append(names, name...), 0)
		headers = append(headers, h)
	}
	number := func(name string) uint32 {
		return uint32(slices.IndexFunc(w.sections, func(x exeSection) bool { return x.name == name }) + 1)
	}
	for _, x := range w.sections {
		h := elf.Section64{Type: uint32(x.typ), Flags: uint64(x.flags | elf.SHF_ALLOC), Addr: x.addr, Off: x.off, Size: x.size,
			Info: x.info, Addralign: x.align, Entsize: x.entsize}
		switch {
		case x.data == nil:
			h.Type = uint32(elf.SHT_NOBITS)
		case x.typ == elf.SHT_NULL:
			h.Type = uint32(elf.SHT_PROGBITS)
		case x.typ == elf.SHT_DYNSYM, x.typ == elf.SHT_DYNAMIC:
			h.Link = number(".dynstr")
		case x.typ == elf.SHT_GNU_HASH:
			h.Link = number(".dynsym")
		}
		add(x.name, h)
	}
	tail := func(name string, h elf.Section64, data []byte) {
		h.Off, h.Size = alignUp(uint64(len(out)), 8), uint64(len(data))
		grow(h.Off)
		out = append(out, data...)
		add(name, h)
	}
	tail(".symtab", elf.Section64{Type: uint32(elf.SHT_SYMTAB), Link: uint32(len(headers) + 2), Info: w.locals, Addralign: 8, Entsize: symSize}, w.symtab)
	tail(".strtab", elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1}, w.strtab)
	shstrtab := elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1, Name: uint32(len(names))}
	names = append(names, ".shstrtab\x00"...)
	shstrtab.Off, shstrtab.Size = uint64(len(out)), uint64(len(names))
	out = append(out, names...)
	headers = append(headers, shstrtab)
	grow(alignUp(uint64(len(out)), 8))

	eh := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT), Entry: w.entry,
		Phoff: ehSize, Shoff: uint64(len(out)), Ehsize: ehSize, Phentsize: phSize, Phnum: uint16(len(w.segments)),
		Shentsize: shSize, Shnum: uint16(len(headers) + 1), Shstrndx: uint16(len(headers))}
	copy(eh.Ident[:], elf.ELFMAG)
	eh.Ident[elf.EI_CLASS], eh.Ident[elf.EI_DATA], eh.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	head, _ := binary.Append(nil, le, eh)
	for _, s := range w.segments {
		head, _ = binary.Append(head, le, w.header(s))
	}
	copy(out, head)
	out = append(out, make([]byte, shSize)...)
	for _, h := range headers {
		out, _ = binary.Append(out, le, h)
	}
	return out
}
