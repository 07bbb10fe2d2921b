package elflink

import (
	"cmp"
	"debug/elf"
	"math/bits"
	"slices"
	"strings"
)

// dynamicSymbol is the name of the dynamic section. A kernel that does not refer to it has no dynamic tables.
const dynamicSymbol = "_DYNAMIC"

// dynamicTables are what the kernel's loader binds programs with.
type dynamicTables struct {
	symbols []SymbolID // in the order of the table
	symtab  []byte     // values are filled in by fillTables
	strtab  []byte
	hash    []byte
	dynamic []byte
}

// made is the content of a table.
func (l *linker) made(m Made) []byte {
	switch m {
	case GNUHash:
		return l.dynamic.hash
	case DynSym:
		return l.dynamic.symtab
	case DynStr:
		return l.dynamic.strtab
	case Dynamic:
		return l.dynamic.dynamic
	case GOT:
		return l.got
	}
	return nil
}

var madeAlign = [...]uint64{NotMade: 1, GNUHash: 8, DynSym: 8, DynStr: 1, GOT: 8, Dynamic: 8}

// makeTables makes the dynamic tables of the exported symbols that are defined, and not hidden in the kit.
func (l *linker) makeTables() error {
	l.got = make([]byte, len(l.slots)*slotSize)
	d := &l.dynamic
	for _, name := range l.in.Exports {
		if id := l.lookup(name); id != 0 {
			if s := &l.symbols[id]; s.defined() && s.kind != symLayout && s.vis != elf.STV_HIDDEN && s.vis != elf.STV_INTERNAL {
				if !l.loaded(s) {
					return &ObjectError{l.objects[s.obj].file, "symbol " + name + " is in a section that is not part of a kernel"}
				}
				d.symbols = append(d.symbols, id)
				l.image.Exported = append(l.image.Exported, name)
			}
		}
	}
	slices.Sort(l.image.Exported)
	id := l.lookup(dynamicSymbol)
	if wanted := slices.ContainsFunc(l.nowhere, func(u user) bool { return u.symbol == id }); !wanted && len(d.symbols) == 0 {
		return nil
	}
	d.makeHash(l)
	d.symtab = make([]byte, (len(d.symbols)+1)*symSize)
	d.strtab = []byte{0}
	for i, id := range d.symbols {
		s := &l.symbols[id]
		at := d.symtab[(i+1)*symSize:]
		le.PutUint32(at, uint32(len(d.strtab)))
		d.strtab = append(append(d.strtab, s.name...), 0)
		bind := elf.STB_GLOBAL
		if s.kind == symWeak {
			bind = elf.STB_WEAK
		}
		at[symInfo], at[symOther] = elf.ST_INFO(bind, s.typ), byte(s.vis)
		le.PutUint64(at[symSizeAt:], s.size)
	}
	d.dynamic = make([]byte, 6*dynSize)
	return nil
}

// loaded reports whether a defined symbol is a number, or in a section that is kept.
func (l *linker) loaded(s *symbol) bool { return s.sec == 0 || l.sections[s.sec].live() }

// makeHash orders the symbols by their buckets and makes the table of .gnu.hash: a header of 4 words, a Bloom filter
// of 64-bit words, buckets with the first symbol's index, and a hash for each symbol, odd for a bucket's last.
func (d *dynamicTables) makeHash(l *linker) {
	const bloomShift = 6
	n := len(d.symbols)
	hash := func(id SymbolID) uint32 { return gnuHash(l.symbols[id].name) }
	buckets := uint32(max(1, n*3/4))
	words := uint32(1) << max(0, bits.Len(uint(n))-4) // about 8 bits a symbol
	slices.SortFunc(d.symbols, func(a, b SymbolID) int {
		return cmp.Or(cmp.Compare(hash(a)%buckets, hash(b)%buckets), strings.Compare(l.symbols[a].name, l.symbols[b].name))
	})
	h := make([]byte, 16+8*words+4*buckets+4*uint32(n))
	for i, v := range []uint32{buckets, 1, words, bloomShift} {
		le.PutUint32(h[4*i:], v)
	}
	bloom, first, chain := h[16:], h[16+8*words:], h[16+8*words+4*buckets:]
	for i, id := range d.symbols {
		v := hash(id)
		word := bloom[v/64%words*8:]
		le.PutUint64(word, le.Uint64(word)|1<<(v%64)|1<<(v>>bloomShift%64))
		b := v % buckets
		if le.Uint32(first[4*b:]) == 0 {
			le.PutUint32(first[4*b:], uint32(i+1))
		}
		last := i+1 == n || hash(d.symbols[i+1])%buckets != b
		v &^= 1
		if last {
			v |= 1
		}
		le.PutUint32(chain[4*i:], v)
	}
	d.hash = h
}

// gnuHash is the hash of DT_GNU_HASH.
func gnuHash(name string) uint32 {
	h := uint32(5381)
	for i := range len(name) {
		h = h*33 + uint32(name[i])
	}
	return h
}

// fillTables puts addresses into the tables.
func (l *linker) fillTables() {
	d := &l.dynamic
	for i, id := range d.symbols {
		s := &l.symbols[id]
		at := d.symtab[(i+1)*symSize:]
		value, index := l.valueOf(l.referTo(id)), uint16(elf.SHN_ABS)
		if s.sec != 0 {
			index = l.sections[s.sec].out.number
		}
		le.PutUint16(at[symShndx:], index)
		le.PutUint64(at[symValue:], value)
	}
	for i, s := range l.slots {
		v := l.valueOf(s.to)
		if s.tls {
			v = l.threadOffset(v)
		}
		le.PutUint64(l.got[i*slotSize:], v)
	}
	if d.dynamic != nil {
		for i, e := range [][2]uint64{
			{uint64(elf.DT_GNU_HASH), l.madeAt[GNUHash]}, {uint64(elf.DT_STRTAB), l.madeAt[DynStr]}, {uint64(elf.DT_SYMTAB), l.madeAt[DynSym]},
			{uint64(elf.DT_STRSZ), uint64(len(d.strtab))}, {uint64(elf.DT_SYMENT), symSize},
		} {
			le.PutUint64(d.dynamic[i*dynSize:], e[0])
			le.PutUint64(d.dynamic[i*dynSize+8:], e[1])
		}
	}
}
