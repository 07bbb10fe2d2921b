package guestview

import (
	"cmp"
	"debug/elf"
	"io"
	"slices"
	"sort"
)

// maxFiles is how many names of files are remembered.
const maxFiles = 2 * maxModules

// File is an ELF file of the image.
type File struct {
	elf  *elf.File
	r    io.ReaderAt
	code *code // nil until it is asked for
	Size int64
}

// File opens the ELF file at path in the guest; nil: there is none, or it is broken.
func (v *View) File(path string) (f *File) {
	if f, ok := v.files[path]; ok {
		return f
	}
	defer func() {
		if recover() != nil { // of debug/elf, on a file that nobody has met
			f = nil
		}
		if len(v.files) >= maxFiles { // names are the guest's, who may never run out of them
			clear(v.files)
		}
		v.files[path] = f
	}()
	r, size, err := v.src.Open(path)
	if err != nil {
		return nil
	}
	e, err := elf.NewFile(r)
	if err != nil {
		return nil
	}
	return &File{elf: e, r: r, Size: size}
}

// placed is a segment of a module, where it lies.
type placed struct {
	start, end uint64 // in memory
	module     int    // of known
	file       *File
	prog       *elf.Prog
}

// maxPlaced bounds the segments that are looked for.
const maxPlaced = 1 << 16

// place sorts the segments of all modules. Where some lie over others, as none of the kernel's do, one of them is found.
func (v *View) place() {
	v.placed = v.placed[:0]
	for i := range v.known {
		f := v.File(v.known[i].Path)
		if f == nil {
			continue
		}
		for _, p := range f.elf.Progs {
			start := v.known[i].Bias + p.Vaddr
			if p.Type == elf.PT_LOAD && start+p.Memsz > start && len(v.placed) < maxPlaced {
				v.placed = append(v.placed, placed{start, start + p.Memsz, i, f, p})
			}
		}
	}
	slices.SortStableFunc(v.placed, func(a, b placed) int { return cmp.Compare(a.start, b.start) })
}

// placedFrom is the number of the first segment that ends behind addr.
func (v *View) placedFrom(addr uint64) int {
	i := sort.Search(len(v.placed), func(i int) bool { return v.placed[i].start > addr })
	if i > 0 && addr < v.placed[i-1].end {
		return i - 1
	}
	return i
}

// placedAt is the segment that holds an address; nil: none does.
func (v *View) placedAt(addr uint64) *placed {
	if i := v.placedFrom(addr); i < len(v.placed) && addr >= v.placed[i].start {
		return &v.placed[i]
	}
	return nil
}

// untouched fills b with what the guest will find at addr when it touches it for the first time: the content of a file that
// it is made of, or zeros. b lies within a page that is not mapped.
func (v *View) untouched(addr uint64, b []byte) bool {
	if area, ok := v.area(addr); !ok {
		return false
	} else if area.File == 0 && area.Prot != 0 {
		clear(b)
		return true
	}
	p := v.placedAt(addr)
	if p == nil || addr-p.start >= p.prog.Filesz {
		return false
	}
	at := addr - p.start
	clear(b)
	n, err := p.prog.ReadAt(b[:min(uint64(len(b)), p.prog.Filesz-at)], int64(at))
	return n > 0 && (err == nil || err == io.EOF)
}
