package elflink

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// write makes the kernel's file: headers without sections, then the segments' bytes, packed. Loaders
// copy a kernel's segments and never map them, so offsets in the file need not match addresses, and zeros at the end of a
// segment are left to the loader, which clears what the file does not fill.
func (l *linker) write() error {
	type header struct {
		elf.Prog64
		within *output // of a header that names a part of a loaded segment
	}
	var headers []header
	for _, o := range l.outs {
		switch {
		case o.def == l.noteOutput():
			headers = append(headers, header{elf.Prog64{Type: uint32(elf.PT_NOTE), Flags: uint32(elf.PF_R), Align: 4}, o})
		case o == l.madeIn[Dynamic]:
			headers = append(headers, header{elf.Prog64{Type: uint32(elf.PT_DYNAMIC), Flags: uint32(elf.PF_R), Align: 8}, o})
		}
	}
	parts := len(headers)
	for _, s := range l.segments {
		headers = append(headers, header{Prog64: elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Vaddr: s.start, Memsz: s.size, Align: 1}})
	}
	size := ehSize + len(headers)*phSize
	for _, s := range l.segments {
		size += int(s.filled())
	}
	out := make([]byte, ehSize+len(headers)*phSize, size)
	for i, s := range l.segments {
		h := &headers[parts+i]
		h.Off = uint64(len(out))
		for _, o := range s.outputs {
			if o.data == nil {
				continue
			}
			out = out[:h.Off+o.addr-s.start] // zeros
			out = append(out, o.data...)
		}
		whole := h.Off
		if d := l.madeIn[Dynamic]; d != nil && slices.Contains(s.outputs, d) { // its entries stay whole
			whole += d.addr + d.size - s.start
		}
		out = out[:max(whole, h.Off+uint64(len(bytes.TrimRight(out[h.Off:], "\x00"))))]
		h.Filesz = uint64(len(out)) - h.Off
	}
	for i := range headers {
		h := &headers[i]
		if o := h.within; o != nil {
			for j, s := range l.segments {
				if slices.Contains(s.outputs, o) {
					h.Off, h.Vaddr, h.Filesz, h.Memsz = headers[parts+j].Off+o.addr-s.start, o.addr, o.size, o.size
				}
			}
		}
		h.Paddr = h.Vaddr - l.in.Layout.Offset
		head, err := binary.Append(nil, le, h.Prog64)
		if err != nil {
			return err
		}
		copy(out[ehSize+i*phSize:], head)
	}
	entry, err := l.entryAddress()
	if err != nil {
		return err
	}
	head, err := binary.Append(nil, le, l.fileHeader(entry, len(headers)))
	if err != nil {
		return err
	}
	copy(out, head)
	l.image.Kernel = out
	return nil
}

// filled is how far the segment has bytes in the file.
func (s *segmentRange) filled() (size uint64) {
	for _, o := range s.outputs {
		if o.data != nil {
			size = o.addr + o.size - s.start
		}
	}
	return size
}

// noteOutput is the output of notes.
func (l *linker) noteOutput() *Output {
	var note *Output
	l.in.Layout.parts(func(o *Output, p *Part) bool {
		if slices.ContainsFunc(p.Take, func(n string) bool { return strings.HasPrefix(n, ".note") }) {
			note = o
		}
		return note == nil
	})
	return note
}

// entryAddress is what the ELF header has as the entry.
func (l *linker) entryAddress() (uint64, error) {
	if id := l.lookup(l.in.Layout.Entry); id != 0 {
		if s := &l.symbols[id]; s.sec != 0 && l.sections[s.sec].live() {
			return l.addressOf(s.sec, s.value) - l.in.Layout.Offset, nil
		}
	}
	s := &l.symbols[l.entry]
	if s.sec == 0 || !l.loaded(s) {
		return 0, fmt.Errorf("link: the kit defines no %s, where a kernel starts: rebuild the kit with `make kit`", s.name)
	}
	return l.addressOf(s.sec, s.value), nil
}

func (l *linker) fileHeader(entry uint64, headers int) elf.Header64 {
	h := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT), Entry: entry,
		Phoff: ehSize, Ehsize: ehSize, Phentsize: phSize, Phnum: uint16(headers)}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	h.Ident[elf.EI_ABIVERSION] = l.in.ABIVersion
	return h
}

// symbolList lists functions, data and labels of the kept sections, and the layout's names, by address; of those at
// one address the larger first: aliases without a size come after.
func (l *linker) symbolList() []Symbol {
	var out []Symbol
	for _, o := range l.objects {
		if !o.live {
			continue
		}
		for i := 1; i < int(o.symbols); i++ {
			at := o.symbol(i)
			n := at.shndx()
			if t := at.typ(); n == 0 || uint32(n) >= o.count || t != elf.STT_FUNC && t != elf.STT_OBJECT && t != elf.STT_NOTYPE {
				continue
			}
			id := o.ids[n]
			if id <= 0 {
				continue
			}
			s := &l.sections[id]
			name := l.nameOf(o, i)
			if !s.live() || name == "" || strings.HasPrefix(name, ".L") || i >= int(o.local) && l.symbols[o.globals[i-int(o.local)]].sec != id {
				continue
			}
			out = append(out, Symbol{name, l.addressOf(id, at.value()), at.size()})
		}
	}
	for _, n := range l.image.Names {
		if _, number := l.in.Layout.Absolute[n.Name]; !number {
			out = append(out, Symbol{Name: n.Name, Addr: n.Addr})
		}
	}
	slices.SortFunc(out, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(b.Size, a.Size), strings.Compare(a.Name, b.Name))
	})
	return out
}
