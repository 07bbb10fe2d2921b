package linker

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
)

// applyRelocations finishes in data, an executable at fixed addresses, what the
// linker left to a dynamic linker: ld keeps a GLOB_DAT relocation for each
// exported symbol that code reaches through its GOT, though its address is
// known. Afterwards the dynamic section mentions no relocation. It reports
// whether anything was changed.
func applyRelocations(data []byte, f *elf.File) (bool, error) {
	le := binary.LittleEndian
	symbols, err := f.DynamicSymbols()
	if err != nil {
		symbols = nil // none: then every relocation is an error below
	}
	// place finds the bytes in the file that are loaded at an address.
	place := func(addr, size uint64) ([]byte, bool) {
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr+size <= p.Filesz {
				off := p.Off + addr - p.Vaddr
				return data[off : off+size], true
			}
		}
		return nil, false
	}
	changed := false
	for _, s := range f.Sections {
		if s.Type != elf.SHT_RELA || s.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		relocs, err := s.Data()
		if err != nil {
			return false, err
		}
		for ; len(relocs) >= relaSize; relocs = relocs[relaSize:] {
			offset, info, addend := le.Uint64(relocs), le.Uint64(relocs[8:]), le.Uint64(relocs[16:])
			typ, i := elf.R_X86_64(elf.R_TYPE64(info)), int(elf.R_SYM64(info))-1
			switch typ {
			case elf.R_X86_64_GLOB_DAT, elf.R_X86_64_JMP_SLOT, elf.R_X86_64_64:
			case elf.R_X86_64_NONE:
				continue
			default:
				return false, fmt.Errorf("it needs work at boot: relocation %v at %#x", typ, offset)
			}
			word, ok := place(offset, 8)
			if !ok || i < 0 || i >= len(symbols) {
				return false, fmt.Errorf("relocation %v at %#x is out of place", typ, offset)
			}
			le.PutUint64(word, symbols[i].Value+addend)
			changed = true
		}
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_DYNAMIC {
			continue
		}
		if p.Off > uint64(len(data)) || p.Filesz > uint64(len(data))-p.Off {
			return false, fmt.Errorf("dynamic section is out of place")
		}
		if dropDynamic(data[p.Off:][:p.Filesz/16*16], elf.DT_RELA, elf.DT_RELASZ, elf.DT_RELAENT, elf.DT_RELACOUNT,
			elf.DT_JMPREL, elf.DT_PLTRELSZ, elf.DT_PLTREL, elf.DT_PLTGOT, elf.DT_INIT, elf.DT_FINI) {
			changed = true
		}
	}
	return changed, nil
}

// dropDynamic removes the entries with these tags from a dynamic section: a tag
// and a value, 8 bytes each. The kept ones move up.
func dropDynamic(dyn []byte, tags ...elf.DynTag) (changed bool) {
	le := binary.LittleEndian
	out := dyn
	for ; len(dyn) >= 16; dyn = dyn[16:] {
		if slices.Contains(tags, elf.DynTag(le.Uint64(dyn))) {
			changed = true
			continue
		}
		copy(out[:16], dyn[:16])
		out = out[16:]
	}
	clear(out)
	return changed
}
