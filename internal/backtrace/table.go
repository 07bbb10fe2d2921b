package backtrace

import (
	"cmp"
	"debug/elf"
	"io"
	"slices"
	"sort"
)

type symbol struct {
	addr, size uint64
	name       string
}

// table finds symbols by address.
type table struct{ syms []symbol }

func (t *table) add(s symbol) { t.syms = append(t.syms, s) }

func (t *table) sort() {
	slices.SortStableFunc(t.syms, func(a, b symbol) int {
		if c := cmp.Compare(a.addr, b.addr); c != 0 {
			return c
		}
		return cmp.Compare(a.size, b.size) // the largest last, so that find meets it first
	})
}

// maxGap is how far behind a symbol without a size an address may lie.
const maxGap = 64 << 10

// find returns the symbol that addr lies in: the nearest before it that is
// large enough.
func (t *table) find(addr uint64) (symbol, bool) {
	i := sort.Search(len(t.syms), func(i int) bool { return t.syms[i].addr > addr })
	var loose *symbol
	for j := i - 1; j >= 0 && j >= i-16; j-- {
		s := &t.syms[j]
		off := addr - s.addr
		if off < s.size {
			return *s, true
		}
		if s.size == 0 && off < maxGap && loose == nil && j == i-1 {
			loose = s
		}
	}
	if loose != nil {
		return *loose, true
	}
	return symbol{}, false
}

// module is an ELF file that the guest loaded at bias.
type module struct {
	path    string
	bias    uint64
	read    bool
	loads   [][2]uint64 // addresses in the file
	symbols table
}

func (m *module) holds(addr uint64) bool {
	for _, l := range m.loads {
		if a := addr - m.bias; a >= l[0] && a < l[1] {
			return true
		}
	}
	return false
}

// load reads the module's segments and symbols; one that cannot be read holds
// no address.
func (m *module) load(open func(string) (io.ReaderAt, error)) {
	m.read = true
	// debug/elf returns errors for malformed files; should it panic on one
	// that it has not met, the backtrace is worth more than the names.
	defer func() {
		if recover() != nil {
			m.loads = nil
		}
	}()
	r, err := open(m.path)
	if err != nil {
		return
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	f, err := elf.NewFile(r)
	if err != nil {
		return
	}
	if f.Type == elf.ET_EXEC {
		m.bias = 0
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Memsz > 0 {
			m.loads = append(m.loads, [2]uint64{p.Vaddr, p.Vaddr + p.Memsz})
		}
	}
	static, _ := f.Symbols()
	dynamic, _ := f.DynamicSymbols()
	for _, s := range append(static, dynamic...) {
		if s.Section != elf.SHN_UNDEF && elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Name != "" {
			m.symbols.add(symbol{s.Value, s.Size, s.Name})
		}
	}
	m.symbols.sort()
}
