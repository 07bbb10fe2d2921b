package elffile

import (
	"bytes"
	"debug/elf"
)

// Go's table of functions (runtime.pcHeader, Go 1.18 and later): magic u32,
// two zeros, instruction quantum 1, pointer size 8; then 64-bit words: number
// of functions, of files, start of text (0 from Go 1.26 on), offsets of the
// names, compilation units, file names, pc tables, and of the functions: for
// each {entry u32, offset of its _func u32}, entry relative to start of text,
// then the end; _func starts with {entry u32, offset of its name i32}.
const (
	goMagic120 = "\xf1\xff\xff\xff\x00\x00\x01\x08"
	goMagic118 = "\xf0\xff\xff\xff\x00\x00\x01\x08"
	goTabHead  = 8 + 8*8
	maxGoTab   = 512 << 20 // bytes
	maxGoFuncs = 4 << 20
)

// goTab is the table of functions of a Go binary.
type goTab struct {
	n     uint64 // functions
	text  uint64 // what their addresses are relative to
	funcs []byte // the list, and what it has offsets of
	names []byte
}

// entry is the address at which the i-th function starts; the n-th is the end.
func (t *goTab) entry(i uint64) uint64 { return t.text + uint64(le.Uint32(t.funcs[8*i:])) }

// goFuncTab returns the table of a Go binary, nil for another file.
func (f *File) goFuncTab() *goTab {
	addr, tab := f.goTable()
	if tab == nil {
		return nil
	}
	word := func(i int) uint64 { return le.Uint64(tab[8+8*i:]) }
	n, text, names, funcs := word(0), word(2), word(3), word(7)
	if n == 0 || n > maxGoFuncs || names > uint64(len(tab)) || funcs > uint64(len(tab)) || (2*n+1)*4 > uint64(len(tab))-funcs {
		return nil
	}
	if text == 0 {
		var ok bool
		if text, ok = f.goText(addr, uint64(le.Uint32(tab[funcs:]))); !ok {
			return nil
		}
	}
	return &goTab{n, text, tab[funcs:], tab[names:]}
}

// GoText returns where the code of a Go binary's functions lies, up to but not
// including end; 0, 0 for another file.
func (f *File) GoText() (start, end uint64) {
	t := f.goFuncTab()
	if t == nil {
		return 0, 0
	}
	return t.entry(0), t.entry(t.n)
}

// goFuncs returns the functions of a Go binary, nil for another file.
func (f *File) goFuncs() []Func {
	t := f.goFuncTab()
	if t == nil {
		return nil
	}
	str := string(t.names)
	fs := make([]Func, 0, t.n)
	for i := range t.n {
		x := Func{Start: t.entry(i), End: t.entry(i + 1)}
		if d := uint64(le.Uint32(t.funcs[8*i+4:])); d+8 <= uint64(len(t.funcs)) {
			x.Name = stringAt(str, le.Uint32(t.funcs[d+4:]))
		}
		fs = append(fs, x)
	}
	return fs
}

// goTable returns the table's address and content from there to the end of
// its section or segment.
func (f *File) goTable() (uint64, []byte) {
	isTab := func(b []byte) bool {
		return len(b) >= goTabHead && (bytes.HasPrefix(b, []byte(goMagic120)) || bytes.HasPrefix(b, []byte(goMagic118)))
	}
	for _, name := range []string{".gopclntab", ".data.rel.ro.gopclntab"} {
		if s := f.Section(name); s != nil && s.Size >= goTabHead && s.Size < maxGoTab {
			if b, err := f.ReadOff(s.Off, s.Size, "Go function table"); err == nil && isTab(b) {
				return s.Addr, b
			}
		}
	}
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X != 0 || s.Filesz > maxGoTab {
			continue
		}
		for _, magic := range []string{goMagic120, goMagic118} {
			var found uint64
			f.scan(s.Off, s.Filesz, len(magic)-1, "data", func(b []byte, off uint64) bool {
				for i := 0; ; i++ {
					j := bytes.Index(b[i:], []byte(magic))
					if j < 0 {
						return true
					}
					i += j
					if (off+uint64(i)-s.Off+s.Vaddr)%8 == 0 {
						found = off + uint64(i)
						return false
					}
				}
			})
			if found == 0 {
				continue
			}
			if b, err := f.ReadOff(found, s.Off+s.Filesz-found, "Go function table"); err == nil && isTab(b) {
				return s.Vaddr + (found - s.Off), b
			}
		}
	}
	return 0, nil
}

// goText finds the start of text in runtime.firstmoduledata, whose first word
// is the address of the function table at tab, followed by six slices, the
// address of another table, and the address of the first function, which is
// at offset first from the start of text.
func (f *File) goText(tab, first uint64) (uint64, bool) {
	const minpc = 8 + 6*24 + 8
	// With run-time relocations the words are in the relocations.
	var at, pc uint64
	f.Relocs(func(r Reloc) bool {
		if r.Type == elf.R_X86_64_RELATIVE && uint64(r.Addend) == tab {
			at = r.Off
		}
		return true
	})
	if at != 0 {
		f.Relocs(func(r Reloc) bool {
			if r.Type == elf.R_X86_64_RELATIVE && r.Off == at+minpc {
				pc = uint64(r.Addend)
			}
			return true
		})
		return pc - first, pc != 0
	}
	var want [8]byte
	le.PutUint64(want[:], tab)
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X != 0 {
			continue
		}
		f.scan(s.Off, s.Filesz, 7, "data", func(b []byte, off uint64) bool {
			for i := 0; ; i++ {
				j := bytes.Index(b[i:], want[:])
				if j < 0 {
					return true
				}
				i += j
				a := s.Vaddr + (off - s.Off) + uint64(i)
				if w, err := f.ReadAddr(a+minpc, 8, "Go module data"); a%8 == 0 && err == nil {
					if p := le.Uint64(w); f.isExec(p) {
						pc = p
						return false
					}
				}
			}
		})
		if pc != 0 {
			return pc - first, true
		}
	}
	return 0, false
}

func (f *File) isExec(addr uint64) bool {
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type == elf.PT_LOAD && s.Flags&elf.PF_X != 0 && addr >= s.Vaddr && addr-s.Vaddr < s.Filesz {
			return true
		}
	}
	return false
}
