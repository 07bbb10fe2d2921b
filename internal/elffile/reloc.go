package elffile

import (
	"debug/elf"
	"slices"
)

// maxRelocTypes is the number of types after which RelocTypes looks no further.
const maxRelocTypes = 64

// A Reloc is an entry of DT_RELA or DT_JMPREL.
type Reloc struct {
	Off    uint64 // virtual address
	Type   elf.R_X86_64
	Sym    uint32 // index in the symbol table, 0 for none
	Addend int64
}

// Relocs calls fn for every entry of DT_RELA and then DT_JMPREL until fn
// returns false.
func (f *File) Relocs(fn func(Reloc) bool) error {
	d := f.Dynamic
	if d == nil {
		return nil
	}
	for _, t := range [...]struct{ addr, size uint64 }{{d.rela, d.relasz}, {d.jmprel, d.pltrelsz}} {
		if t.addr == 0 || t.size == 0 {
			continue
		}
		off, ok := f.Offset(t.addr, t.size)
		if !ok {
			return f.errorf(f.dynOff(), "relocations: %d bytes at address %#x are in no loaded segment", t.size, t.addr)
		}
		buf := make([]byte, min(t.size, 2048*relaSize))
		for left := t.size; left >= relaSize; {
			b := buf[:min(left-left%relaSize, uint64(len(buf)-len(buf)%relaSize))]
			if err := f.readFull(b, off, "relocations"); err != nil {
				return err
			}
			off, left = off+uint64(len(b)), left-uint64(len(b))
			for ; len(b) >= relaSize; b = b[relaSize:] {
				info := le.Uint64(b[8:])
				if !fn(Reloc{le.Uint64(b), elf.R_X86_64(uint32(info)), uint32(info >> 32), int64(le.Uint64(b[16:]))}) {
					return nil
				}
			}
		}
	}
	return nil
}

// RelocTypes returns the types of the file's relocations, each once, in the
// order in which they come first.
func (f *File) RelocTypes() ([]elf.R_X86_64, error) {
	var out []elf.R_X86_64
	var seen [64]bool
	err := f.Relocs(func(r Reloc) bool {
		if r.Type < 64 && seen[r.Type] || r.Type >= 64 && slices.Contains(out, r.Type) {
			return true
		}
		if r.Type < 64 {
			seen[r.Type] = true
		}
		out = append(out, r.Type)
		return len(out) < maxRelocTypes
	})
	return out, err
}

func (f *File) maxRelocSymbol() (n uint64, err error) {
	err = f.Relocs(func(r Reloc) bool { n = max(n, uint64(r.Sym)); return true })
	return n, err
}

// CopySymbols returns the symbols for which the file has a copy relocation:
// the file holds the storage, another file (for stdout or environ: the C
// library) defines the initial value, so the symbol is needed though it is
// not undefined. Each is listed once, in relocation order.
func (f *File) CopySymbols() ([]Symbol, error) {
	if f.Type != elf.ET_EXEC && f.Interp == "" && !f.IsPIE() {
		return nil, nil // only an executable can have copy relocations
	}
	syms, err := f.Symbols()
	if err != nil || len(syms) == 0 {
		return nil, err
	}
	var idx []uint32
	if err := f.Relocs(func(r Reloc) bool {
		if r.Type == elf.R_X86_64_COPY {
			idx = append(idx, r.Sym)
		}
		return true
	}); err != nil {
		return nil, err
	}
	var out []Symbol
	seen := make(map[uint32]bool, len(idx))
	for _, i := range idx {
		if seen[i] {
			continue
		}
		seen[i] = true
		s := symbolByIndex(syms, i)
		if s == nil {
			return nil, f.errorf(f.dynOff(), "a copy relocation names symbol %d, which is not in the symbol table", i)
		}
		out = append(out, *s)
	}
	return out, nil
}

// symbolByIndex finds the symbol with index i in syms, which are in order.
func symbolByIndex(syms []Symbol, i uint32) *Symbol {
	lo, hi := 0, len(syms)
	for lo < hi {
		m := (lo + hi) / 2
		if syms[m].Index < i {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(syms) && syms[lo].Index == i {
		return &syms[lo]
	}
	return nil
}
