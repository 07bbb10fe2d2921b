package elffile

import (
	"bytes"
	"debug/elf"
	"sort"
	"strings"
)

// FindExec returns the virtual addresses at which pattern occurs in
// executable memory, in order.
func (f *File) FindExec(pattern []byte) ([]uint64, error) {
	var hits []uint64
	for _, r := range f.ExecRanges() {
		err := f.scan(r.Off, r.Size, len(pattern)-1, "code", func(b []byte, off uint64) bool {
			for i := 0; ; i++ {
				j := bytes.Index(b[i:], pattern)
				if j < 0 {
					return true
				}
				i += j
				hits = append(hits, r.Vaddr+(off-r.Off)+uint64(i))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return hits, nil
}

// A Func is a function: its code is at Start up to, not including, End.
type Func struct {
	Start, End uint64
	Name       string // "" if not known
}

// Funcs returns the functions that the file tells of, sorted by start, each
// start once: from the symbol tables, the exception tables and, in a Go
// binary, Go's own table. What cannot be read is left out: no loader needs it.
func (f *File) Funcs() []Func {
	var fs []Func
	if g := f.goFuncs(); g != nil {
		fs = append(fs, g...)
	}
	fs = append(fs, f.symtabFuncs()...)
	if syms, err := f.Symbols(); err == nil {
		for i := range syms {
			s := &syms[i]
			if t := s.Type(); (t == elf.STT_FUNC || t == elf.STT_GNU_IFUNC) && !s.Undefined() && s.Size > 0 {
				fs = append(fs, Func{s.Value, s.Value + s.Size, s.Name})
			}
		}
	}
	fs = append(fs, f.ehFuncs()...)
	sort.SliceStable(fs, func(i, j int) bool { return fs[i].Start < fs[j].Start })
	out := fs[:0]
	for _, x := range fs {
		if x.End <= x.Start {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Start == x.Start {
			out[n-1].End = max(out[n-1].End, x.End)
			if out[n-1].Name == "" {
				out[n-1].Name = x.Name
			}
			continue
		}
		out = append(out, x)
	}
	// Where two overlap, the later start bounds the earlier function.
	for i := 0; i+1 < len(out); i++ {
		out[i].End = min(out[i].End, out[i+1].Start)
	}
	return out
}

const maxSymtab = 64 << 20 // bytes of .symtab and of its strings

func (f *File) symtabFuncs() []Func {
	ss, _ := f.Sections()
	for i := range ss {
		s := &ss[i]
		if s.Type != elf.SHT_SYMTAB || s.Size > maxSymtab || int(s.Link) < 1 || int(s.Link) > len(ss) {
			continue
		}
		str := &ss[s.Link-1] // the slice lacks the null section
		if str.Type != elf.SHT_STRTAB || str.Size > maxSymtab {
			continue
		}
		tab, err := f.ReadOff(s.Off, s.Size, "symbol table")
		if err != nil {
			return nil
		}
		names, err := f.ReadOff(str.Off, str.Size, "symbol names")
		if err != nil {
			return nil
		}
		strs := string(names)
		var fs []Func
		for ; len(tab) >= symbolSize; tab = tab[symbolSize:] {
			t := elf.ST_TYPE(tab[4])
			v, n := le.Uint64(tab[8:]), le.Uint64(tab[16:])
			if t != elf.STT_FUNC && t != elf.STT_GNU_IFUNC || le.Uint16(tab[6:]) == 0 || n == 0 || v+n < v {
				continue
			}
			fs = append(fs, Func{v, v + n, stringAt(strs, le.Uint32(tab))})
		}
		return fs
	}
	return nil
}

// stringAt returns the string at offset i of a table, "" if there is none.
func stringAt(tab string, i uint32) string {
	if uint64(i) >= uint64(len(tab)) {
		return ""
	}
	s := tab[i:]
	return s[:max(0, strings.IndexByte(s, 0))]
}

// DataWords calls fn with each aligned 64-bit word from lo to hi of the loaded
// data that is not executable. The file's own headers do not count.
func (f *File) DataWords(lo, hi uint64, fn func(w uint64)) {
	for i := range f.Segments {
		s := &f.Segments[i]
		skip := -s.Vaddr & 7
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X != 0 || s.Filesz < skip {
			continue
		}
		f.scan(s.Off+skip, s.Filesz-skip, 0, "data", func(b []byte, off uint64) bool {
			for i := 0; i+8 <= len(b); i += 8 {
				if w := le.Uint64(b[i:]); w >= lo && w <= hi && off+uint64(i) >= f.headEnd {
					fn(w)
				}
			}
			return true
		})
	}
}

// HasWord reports whether an aligned 64-bit word of the loaded data that is
// not executable has the value w. The file's own headers do not count.
func (f *File) HasWord(w uint64) bool {
	var pattern [8]byte
	le.PutUint64(pattern[:], w)
	found := false
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X != 0 || s.Filesz == 0 {
			continue
		}
		f.scan(s.Off, s.Filesz, 7, "data", func(b []byte, off uint64) bool {
			for i := 0; ; i++ {
				j := bytes.Index(b[i:], pattern[:])
				if j < 0 {
					return true
				}
				i += j
				if (s.Vaddr+(off-s.Off)+uint64(i))%8 == 0 && off+uint64(i) >= f.headEnd {
					found = true
					return false
				}
			}
		})
		if found {
			return true
		}
	}
	return false
}
