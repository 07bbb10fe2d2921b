package elflink

import "debug/elf"

// access is how a reference through the global offset table is made.
type access uint8

const (
	accessSlot  access = iota // by a slot that holds the address, or an offset from the thread pointer
	accessLea                 // `mov slot, %reg` becomes `lea symbol, %reg`
	accessCall                // `call *slot` becomes `addr32 call symbol`
	accessJump                // `jmp *slot` becomes `jmp symbol; nop`
	accessLocal               // `mov slot, %reg` becomes `mov $offset, %reg`: local-exec, of thread-local data
	accessAdd                 // `add slot, %reg` becomes `add $offset, %reg`
)

// gotAccess says how code before a field at off reaches a symbol (psABI B.2, "Optimize GOTPCRELX Relocations"; ELF TLS,
// "Initial Exec to Local Exec"). A name that nothing defines keeps its slot, which is 0: no `lea` gets there.
func gotAccess(typ elf.R_X86_64, code []byte, off uint64, defined bool) access {
	if off < 2 {
		return accessSlot
	}
	op, modrm := code[off-2], code[off-1]
	ripRelative := modrm&0xc7 == 0x05
	switch {
	case typ == elf.R_X86_64_GOTTPOFF && ripRelative && off >= 3 && code[off-3]&0xf8 == 0x48 && op == 0x8b:
		return accessLocal
	case typ == elf.R_X86_64_GOTTPOFF && ripRelative && off >= 3 && code[off-3]&0xf8 == 0x48 && op == 0x03:
		return accessAdd
	case typ == elf.R_X86_64_GOTTPOFF || !defined:
		return accessSlot
	case op == 0x8b && ripRelative:
		return accessLea
	case typ == elf.R_X86_64_GOTPCRELX && op == 0xff && modrm == 0x15:
		return accessCall
	case typ == elf.R_X86_64_GOTPCRELX && op == 0xff && modrm == 0x25:
		return accessJump
	}
	return accessSlot
}

// isGOT reports whether a relocation refers to a slot of the GOT.
func isGOT(t elf.R_X86_64) bool {
	switch t {
	case elf.R_X86_64_GOTPCREL, elf.R_X86_64_GOTPCRELX, elf.R_X86_64_REX_GOTPCRELX, elf.R_X86_64_GOTTPOFF:
		return true
	}
	return false
}

// slotKey names a slot: of a global name, or of a place in a section.
type slotKey struct {
	symbol SymbolID // or 0
	place  place
	tls    bool
}

func (r reference) slotKey(typ elf.R_X86_64) slotKey {
	k := slotKey{symbol: r.symbol, tls: typ == elf.R_X86_64_GOTTPOFF}
	if r.symbol == 0 {
		k.place = place{r.sec, r.value}
	}
	return k
}

// isDefined reports whether the reference leads anywhere.
func (l *linker) isDefined(r reference) bool {
	return r.sec != 0 || r.abs || r.symbol != 0 && l.symbols[r.symbol].kind == symLayout
}

// makeGOT gives a slot to each symbol that kept code reaches in no other way than by one.
func (l *linker) makeGOT() error {
	l.slotOf = map[slotKey]int{}
	for _, id := range l.order {
		s := &l.sections[id]
		for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
			info := le.Uint64(r[relaInfo:])
			typ := elf.R_X86_64(uint32(info))
			if !isGOT(typ) {
				continue
			}
			to := l.resolveAt(l.objects[s.obj], int(info>>32))
			if gotAccess(typ, l.content(s), le.Uint64(r), l.isDefined(to) && !to.abs) != accessSlot {
				continue
			}
			if key := to.slotKey(typ); !has(l.slotOf, key) {
				l.slotOf[key] = len(l.slots)
				l.slots = append(l.slots, slot{to, key.tls})
			}
		}
	}
	return nil
}

// slot is an entry of the GOT.
type slot struct {
	to  reference
	tls bool
}

const slotSize = 8

func has[K comparable, V any](m map[K]V, k K) bool { _, ok := m[k]; return ok }
