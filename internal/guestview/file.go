package guestview

import (
	"debug/elf"
	"io"
)

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

// untouched fills b with what the guest will find at addr when it touches it for the first time: the content of a file that
// it is made of, or zeros. b lies within a page that is not mapped.
func (v *View) untouched(addr uint64, b []byte) bool {
	if area, ok := v.area(addr); !ok {
		return false
	} else if area.File == 0 && area.Prot != 0 {
		clear(b)
		return true
	}
	for _, m := range v.known {
		f := v.File(m.Path)
		if f == nil {
			continue
		}
		for _, p := range f.elf.Progs {
			at := addr - m.Bias - p.Vaddr
			if p.Type != elf.PT_LOAD || addr-m.Bias < p.Vaddr || at >= p.Filesz {
				continue
			}
			clear(b)
			n, err := p.ReadAt(b[:min(uint64(len(b)), p.Filesz-at)], int64(at))
			return n > 0 && (err == nil || err == io.EOF)
		}
	}
	return false
}
