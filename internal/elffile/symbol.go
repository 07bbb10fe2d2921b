package elffile

import (
	"debug/elf"
	"slices"
)

// A Symbol is an entry of the dynamic symbol table.
type Symbol struct {
	Name    string
	Version string // GNU symbol version, "" if it has none
	Library string // soname of the library that Version is wanted of; "" for a definition
	Hidden  bool   // a definition that is not the default version (name@version)
	Info    byte
	Other   byte
	Section elf.SectionIndex
	Value   uint64
	Size    uint64
	Index   uint32 // index in the symbol table
}

// Bind returns the symbol's binding.
func (s *Symbol) Bind() elf.SymBind { return elf.ST_BIND(s.Info) }

// Type returns the symbol's type.
func (s *Symbol) Type() elf.SymType { return elf.ST_TYPE(s.Info) }

// Undefined reports whether the symbol is undefined: other files define it.
func (s *Symbol) Undefined() bool { return s.Section == elf.SHN_UNDEF }

// Weak reports whether the symbol's binding is weak.
func (s *Symbol) Weak() bool { return s.Bind() == elf.STB_WEAK }

// Exported reports whether other files can bind to this definition.
func (s *Symbol) Exported() bool {
	v := elf.ST_VISIBILITY(s.Other)
	return !s.Undefined() && s.Bind() != elf.STB_LOCAL && (v == elf.STV_DEFAULT || v == elf.STV_PROTECTED)
}

// Symbols returns the dynamic symbols in table order, without the null entry
// and without section and file symbols. The slice is the File's own.
func (f *File) Symbols() ([]Symbol, error) {
	if !f.symRead {
		f.symbols, f.symErr = f.readSymbols()
		f.symRead = true
	}
	return f.symbols, f.symErr
}

// SymbolNames returns the names of those dynamic symbols of the file at path that keep chooses, sorted.
func SymbolNames(path string, keep func(*Symbol) bool) ([]string, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	names := []string{}
	for i := range syms {
		if s := &syms[i]; s.Name != "" && keep(s) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (f *File) readSymbols() ([]Symbol, error) {
	d := f.Dynamic
	if d == nil || d.symtab == 0 {
		return nil, nil
	}
	n, err := f.symbolCount()
	if err != nil || n <= 1 {
		return nil, err
	}
	tab, err := f.ReadAddr(d.symtab, n*symbolSize, "dynamic symbol table")
	if err != nil {
		return nil, err
	}
	vers, err := f.readVersions()
	if err != nil {
		return nil, err
	}
	var versym []byte
	if d.versym != 0 {
		if versym, err = f.ReadAddr(d.versym, n*2, "symbol versions"); err != nil {
			return nil, err
		}
	}
	off, _ := f.Offset(d.symtab, symbolSize)
	syms := make([]Symbol, 0, n-1)
	for i := uint64(1); i < n; i++ {
		b := tab[i*symbolSize:]
		s := Symbol{
			Info: b[4], Other: b[5], Section: elf.SectionIndex(le.Uint16(b[6:])),
			Value: le.Uint64(b[8:]), Size: le.Uint64(b[16:]), Index: uint32(i),
		}
		if t := s.Type(); t == elf.STT_SECTION || t == elf.STT_FILE {
			continue
		}
		at := off + i*symbolSize
		if s.Name, err = f.dynString(uint64(le.Uint32(b)), at, "dynamic symbol"); err != nil {
			return nil, err
		}
		if versym != nil {
			v := le.Uint16(versym[i*2:])
			s.Hidden = v&0x8000 != 0 && !s.Undefined()
			if v &= 0x7fff; v > 1 {
				// An index without a version is no version, as for glibc's loader.
				e := vers.at(v, s.Undefined())
				s.Version, s.Library = e.name, e.file
			}
		}
		syms = append(syms, s)
	}
	return syms, nil
}

// symbolCount finds the number of dynamic symbols, which PT_DYNAMIC does not
// say: DT_HASH tells it; GNU_HASH tells the index of the last symbol that is
// defined; a file that defines none has only its section header or else the
// highest index that a relocation uses.
func (f *File) symbolCount() (uint64, error) {
	d := f.Dynamic
	if d.hash != 0 {
		b, err := f.ReadAddr(d.hash, 8, "symbol hash table")
		if err != nil {
			return 0, err
		}
		return uint64(le.Uint32(b[4:])), nil
	}
	var n uint64
	if d.gnuHash != 0 {
		var err error
		if n, err = f.gnuHashCount(); err != nil {
			return 0, err
		}
	}
	if s := f.sectionAt(elf.SHT_DYNSYM, d.symtab); s != nil {
		return max(n, s.Size/symbolSize), nil
	}
	m, err := f.maxRelocSymbol()
	if err != nil {
		return 0, err
	}
	return max(n, m+1), nil
}

// gnuHashCount returns one more than the highest symbol index in DT_GNU_HASH.
// Layout: nbuckets, symoffset, bloom words, shift; bloom; buckets; chains,
// where an odd chain word ends a chain.
func (f *File) gnuHashCount() (uint64, error) {
	d := f.Dynamic
	h, err := f.ReadAddr(d.gnuHash, 16, "GNU hash table")
	if err != nil {
		return 0, err
	}
	nbuckets, symoff, nbloom := uint64(le.Uint32(h)), uint64(le.Uint32(h[4:])), uint64(le.Uint32(h[8:]))
	buckets := d.gnuHash + 16 + nbloom*8
	b, err := f.ReadAddr(buckets, nbuckets*4, "GNU hash buckets")
	if err != nil {
		return 0, err
	}
	var last uint64
	for ; len(b) >= 4; b = b[4:] {
		last = max(last, uint64(le.Uint32(b)))
	}
	if last < symoff {
		return symoff, nil
	}
	// Walk the last chain to its end, a block at a time.
	chains := buckets + nbuckets*4
	off, ok := f.Offset(chains+(last-symoff)*4, 4)
	var buf [1024]byte
	for ok {
		n := min(uint64(len(buf)), uint64(f.Size)-off) &^ 3
		if n == 0 {
			break
		}
		if err := f.readFull(buf[:n], off, "GNU hash chain"); err != nil {
			return 0, err
		}
		for i := uint64(0); i < n; i += 4 {
			last++
			if buf[i]&1 != 0 {
				return last, nil
			}
		}
		off += n
	}
	return 0, f.errorf(f.dynOff(), "GNU hash table: the chain of symbol %d has no end", last)
}
