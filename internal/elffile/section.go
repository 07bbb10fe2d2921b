package elffile

import (
	"bytes"
	"debug/elf"
)

// A Section is a section header.
type Section struct {
	Name  string
	Type  elf.SectionType
	Flags elf.SectionFlag
	Addr  uint64 // virtual address, 0 if not loaded
	Off   uint64 // file offset
	Size  uint64 // bytes
	Link  uint32
	Info  uint32
	Align uint64
}

// Sections returns the section headers, without the null one. A file without
// a section table has none; a broken table is an error that a caller may
// ignore, since a loader never looks at it.
func (f *File) Sections() ([]Section, error) {
	if !f.sectRead {
		f.sections, f.sectErr = f.readSections()
		f.sectRead = true
	}
	return f.sections, f.sectErr
}

// Section returns the section called name, or nil.
func (f *File) Section(name string) *Section {
	ss, _ := f.Sections()
	for i := range ss {
		if ss[i].Name == name {
			return &ss[i]
		}
	}
	return nil
}

func (f *File) sectionAt(t elf.SectionType, addr uint64) *Section {
	ss, _ := f.Sections()
	for i := range ss {
		if ss[i].Type == t && ss[i].Addr == addr {
			return &ss[i]
		}
	}
	return nil
}

func (f *File) readSections() ([]Section, error) {
	if f.shoff == 0 {
		return nil, nil
	}
	n, strndx := uint64(f.shnum), uint64(f.shstrndx)
	if n == 0 || strndx == uint64(elf.SHN_XINDEX) { // extended numbering: section 0 tells
		b, err := f.ReadOff(f.shoff, sectionSize, "section headers")
		if err != nil {
			return nil, err
		}
		if n == 0 {
			n = le.Uint64(b[32:])
		}
		if strndx == uint64(elf.SHN_XINDEX) {
			strndx = uint64(le.Uint32(b[40:]))
		}
	}
	if n > maxSections {
		return nil, f.errorf(f.shoff, "%d section headers, more than the limit of %d", n, maxSections)
	}
	if n == 0 {
		return nil, nil
	}
	b, err := f.ReadOff(f.shoff, n*sectionSize, "section headers")
	if err != nil {
		return nil, err
	}
	ss := make([]Section, n)
	names := make([]uint32, n)
	for i := range ss {
		h := b[i*sectionSize:]
		names[i] = le.Uint32(h)
		ss[i] = Section{
			Type: elf.SectionType(le.Uint32(h[4:])), Flags: elf.SectionFlag(le.Uint64(h[8:])),
			Addr: le.Uint64(h[16:]), Off: le.Uint64(h[24:]), Size: le.Uint64(h[32:]),
			Link: le.Uint32(h[40:]), Info: le.Uint32(h[44:]), Align: le.Uint64(h[48:]),
		}
		if s := &ss[i]; s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL && !f.inFile(s.Off, s.Size) {
			return nil, f.errorf(f.shoff+uint64(i)*sectionSize, "section %d at %#x of %d bytes lies outside the file", i, s.Off, s.Size)
		}
	}
	if strndx >= n || ss[strndx].Type != elf.SHT_STRTAB || ss[strndx].Size > maxStrings {
		return nil, f.errorf(f.shoff, "section %d is no table of section names", strndx)
	}
	tab, err := f.ReadOff(ss[strndx].Off, ss[strndx].Size, "section names")
	if err != nil {
		return nil, err
	}
	for i := range ss {
		if uint64(names[i]) >= uint64(len(tab)) {
			return nil, f.errorf(f.shoff+uint64(i)*sectionSize, "the name of section %d lies outside the table of names", i)
		}
		s := tab[names[i]:]
		end := bytes.IndexByte(s, 0)
		if end < 0 {
			return nil, f.errorf(f.shoff+uint64(i)*sectionSize, "the name of section %d has no end", i)
		}
		// Names may share bytes; bound them so that a hostile table
		// cannot multiply the memory that they take.
		ss[i].Name = string(s[:min(end, 256)])
	}
	return ss[1:], nil
}
