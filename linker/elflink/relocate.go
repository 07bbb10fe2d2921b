package elflink

import (
	"debug/elf"
	"fmt"
	"math"
)

// fieldSize is how many bytes a relocation of this type changes.
func fieldSize(t elf.R_X86_64) uint64 {
	switch t {
	case elf.R_X86_64_64, elf.R_X86_64_PC64, elf.R_X86_64_TPOFF64, elf.R_X86_64_DTPOFF64, elf.R_X86_64_SIZE64:
		return 8
	case elf.R_X86_64_16, elf.R_X86_64_PC16:
		return 2
	case elf.R_X86_64_8, elf.R_X86_64_PC8:
		return 1
	case elf.R_X86_64_NONE:
		return 0
	}
	return 4
}

// valueOf is the address of what a relocation refers to; of thread-local data too, for which it stands for a place
// in the initial image. A name that nothing defines is at 0.
func (l *linker) valueOf(r reference) uint64 {
	switch {
	case r.sec != 0:
		return l.addressOf(r.sec, r.value)
	case r.abs:
		return r.value
	case r.symbol != 0 && l.symbols[r.symbol].kind == symLayout:
		return l.symbols[r.symbol].value
	}
	return 0
}

// threadOffset is the offset from the thread pointer of what is at addr of the initial image (ELF TLS, variant II).
func (l *linker) threadOffset(addr uint64) uint64 {
	return addr - l.tls.start - alignUp(l.tls.size, max(1, l.tls.align))
}

// relocate fills the outputs: content of sections with its references resolved, pools, tables.
func (l *linker) relocate() error {
	l.fillTables()
	for _, id := range l.order {
		s := &l.sections[id]
		if s.pool != nil || s.out.data == nil {
			if s.pool == nil && !isZero(l.content(s)) {
				return fmt.Errorf("%s: section %s has content, and the layout no room for it in the file", l.objects[s.obj].file, s.name)
			}
			continue
		}
		to := s.out.data[s.addr-s.out.addr:][:s.size]
		copy(to, l.content(s))
		if err := l.relocateSection(s, to); err != nil {
			return err
		}
	}
	for _, p := range l.pools {
		copy(p.out.data[p.addr-p.out.addr:], p.data)
	}
	for m, o := range l.madeIn {
		if o != nil {
			copy(o.data[l.madeAt[m]-o.addr:], l.made(Made(m)))
		}
	}
	return nil
}

// relocateSection resolves the references in out, the content of a section.
func (l *linker) relocateSection(s *section, out []byte) error {
	o := l.objects[s.obj]
	for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
		off, info, addend := le.Uint64(r), le.Uint64(r[relaInfo:]), le.Uint64(r[relaAddend:])
		typ := elf.R_X86_64(uint32(info))
		if typ == elf.R_X86_64_NONE {
			continue
		}
		to := l.resolveAt(o, int(info>>32))
		if to.lost || to.sec != 0 && !l.sections[to.sec].live() {
			return l.relocError(s, off, info, "is in a section that is not part of a kernel")
		}
		var value uint64
		if to.typ == elf.STT_SECTION && to.sec != 0 && l.sections[to.sec].pool != nil {
			value = l.addressOf(to.sec, to.value+addend) // that of the piece that the addend names
		} else {
			value = l.valueOf(to) + addend
		}
		if to.typ == elf.STT_GNU_IFUNC {
			return l.relocError(s, off, info, "is an IFUNC, which a kernel cannot call")
		}
		if !l.resolveField(typ, out, off, value, s.addr+off, to, addend) {
			return l.relocError(s, off, info, fmt.Sprintf("at %#x does not fit", value))
		}
	}
	return nil
}

func (l *linker) relocError(s *section, off, info uint64, msg string) error {
	o := l.objects[s.obj]
	name := l.nameAt(o, int(info>>32))
	if to := l.resolveAt(o, int(info>>32)); name == "" {
		name = l.sections[to.sec].name
	}
	return &ObjectError{o.file, fmt.Sprintf("section %s, offset %#x: relocation %v: %s %s", s.name, off, elf.R_X86_64(uint32(info)), name, msg)}
}

// resolveField writes a field at offset off of out, which is at address at (psABI 4.4.1). Value is S + A. It reports whether
// the value fits.
func (l *linker) resolveField(typ elf.R_X86_64, out []byte, off, value, at uint64, to reference, addend uint64) bool {
	field := out[off:]
	put32 := func(v uint64) bool {
		le.PutUint32(field, uint32(v))
		return int64(v) >= math.MinInt32 && int64(v) <= math.MaxInt32
	}
	switch typ {
	case elf.R_X86_64_64:
		le.PutUint64(field, value)
		return true
	case elf.R_X86_64_PC64:
		le.PutUint64(field, value-at)
		return true
	case elf.R_X86_64_PC32, elf.R_X86_64_PLT32:
		return put32(value - at)
	case elf.R_X86_64_32:
		le.PutUint32(field, uint32(value))
		return value <= math.MaxUint32
	case elf.R_X86_64_32S:
		return put32(value)
	case elf.R_X86_64_TPOFF32:
		return put32(l.threadOffset(value))
	case elf.R_X86_64_TPOFF64:
		le.PutUint64(field, l.threadOffset(value))
		return true
	}
	if !isGOT(typ) {
		return false
	}
	switch gotAccess(typ, out, off, l.isDefined(to) && !to.abs) {
	case accessLea:
		out[off-2] = 0x8d
		return put32(value - at)
	case accessCall: // addr32 keeps the length
		out[off-2], out[off-1] = 0x67, 0xe8
		return put32(value - at)
	case accessJump: // a byte shorter
		out[off-2], out[off+3] = 0xe9, 0x90
		v := value - (at - 1)
		le.PutUint32(out[off-1:], uint32(v))
		return int64(v) >= math.MinInt32 && int64(v) <= math.MaxInt32
	case accessLocal: // mov $offset, %reg: the register moves from the reg to the rm field, REX.R to REX.B
		reg := out[off-1] >> 3 & 7
		out[off-3], out[off-2], out[off-1] = 0x48|out[off-3]>>2&1, 0xc7, 0xc0|reg
		return put32(l.threadOffset(value - addend))
	case accessAdd:
		reg := out[off-1] >> 3 & 7
		out[off-3], out[off-2], out[off-1] = 0x48|out[off-3]>>2&1, 0x81, 0xc0|reg
		return put32(l.threadOffset(value - addend))
	}
	slot := l.madeAt[GOT] + uint64(l.slotOf[to.slotKey(typ)]*slotSize)
	return put32(slot + addend - at)
}
