package elffile

import (
	"debug/elf"
	"strings"
)

// Dynamic holds what PT_DYNAMIC says. Strings are resolved; addresses are
// virtual addresses of the file, 0 where the entry is absent.
type Dynamic struct {
	Needed  []string // DT_NEEDED, in file order
	Filter  []string // DT_FILTER: libraries whose definitions go before this one's
	Auxil   []string // DT_AUXILIARY: the same, if there are such
	Soname  string   // DT_SONAME
	Rpath   string   // DT_RPATH, unexpanded
	Runpath string   // DT_RUNPATH, unexpanded
	Flags   elf.DynFlag
	Flags1  elf.DynFlag1
	Entries []DynEntry // every entry before DT_NULL, in file order

	strtab, strsz, symtab, hash, gnuHash uint64
	versym, verneed, verneednum          uint64
	verdef, verdefnum                    uint64
	rela, relasz, jmprel, pltrelsz       uint64
}

// A DynEntry is one entry of PT_DYNAMIC.
type DynEntry struct {
	Tag elf.DynTag
	Val uint64
}

// Value returns the value of the last entry with tag, as a loader does.
func (d *Dynamic) Value(tag elf.DynTag) (uint64, bool) {
	for i := len(d.Entries) - 1; i >= 0; i-- {
		if d.Entries[i].Tag == tag {
			return d.Entries[i].Val, true
		}
	}
	return 0, false
}

// IsPIE reports whether the file is a position-independent executable: ET_DYN
// with an interpreter or the flag DF_1_PIE (static PIE).
func (f *File) IsPIE() bool {
	return f.Type == elf.ET_DYN && (f.Interp != "" || f.Dynamic != nil && f.Dynamic.Flags1&elf.DF_1_PIE != 0)
}

// IsStatic reports whether the file is an executable that needs no dynamic
// loader: no interpreter and no DT_NEEDED. A static PIE counts; a shared
// library does not.
func (f *File) IsStatic() bool {
	switch {
	case f.Interp != "" || f.Dynamic != nil && len(f.Dynamic.Needed) > 0:
		return false
	case f.Type == elf.ET_EXEC:
		return true
	}
	return f.IsPIE()
}

func (f *File) parseDynamic() error {
	s := f.segment(elf.PT_DYNAMIC)
	if s == nil || s.Filesz == 0 {
		return nil
	}
	if s.Filesz > maxDynamic*dynSize {
		return f.errorf(s.Off, "the dynamic section has %d bytes, more than the limit of %d", s.Filesz, maxDynamic*dynSize)
	}
	b, err := f.ReadOff(s.Off, s.Filesz, "dynamic section")
	if err != nil {
		return err
	}
	d := &Dynamic{Entries: make([]DynEntry, 0, len(b)/dynSize)}
	for ; len(b) >= dynSize; b = b[dynSize:] {
		e := DynEntry{elf.DynTag(le.Uint64(b)), le.Uint64(b[8:])}
		if e.Tag == elf.DT_NULL {
			break
		}
		d.Entries = append(d.Entries, e)
		d.set(e)
	}
	f.Dynamic = d
	if d.strtab != 0 {
		if err := f.readStrtab(s.Off); err != nil {
			return err
		}
	}
	for _, e := range d.Entries {
		var err error
		switch e.Tag {
		case elf.DT_NEEDED:
			var n string
			if n, err = f.dynString(e.Val, s.Off, "DT_NEEDED"); err == nil {
				d.Needed = append(d.Needed, n)
			}
		case elf.DT_FILTER:
			var n string
			if n, err = f.dynString(e.Val, s.Off, "DT_FILTER"); err == nil {
				d.Filter = append(d.Filter, n)
			}
		case elf.DT_AUXILIARY:
			var n string
			if n, err = f.dynString(e.Val, s.Off, "DT_AUXILIARY"); err == nil {
				d.Auxil = append(d.Auxil, n)
			}
		case elf.DT_SONAME:
			d.Soname, err = f.dynString(e.Val, s.Off, "DT_SONAME")
		case elf.DT_RPATH:
			d.Rpath, err = f.dynString(e.Val, s.Off, "DT_RPATH")
		case elf.DT_RUNPATH:
			d.Runpath, err = f.dynString(e.Val, s.Off, "DT_RUNPATH")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Dynamic) set(e DynEntry) {
	switch e.Tag {
	case elf.DT_FLAGS:
		d.Flags = elf.DynFlag(e.Val)
	case elf.DT_FLAGS_1:
		d.Flags1 = elf.DynFlag1(e.Val)
	}
	if p := d.field(e.Tag); p != nil {
		*p = e.Val
	}
}

// field returns where the value of an entry with tag is kept, if it is.
func (d *Dynamic) field(tag elf.DynTag) *uint64 {
	switch tag {
	case elf.DT_STRTAB:
		return &d.strtab
	case elf.DT_STRSZ:
		return &d.strsz
	case elf.DT_SYMTAB:
		return &d.symtab
	case elf.DT_HASH:
		return &d.hash
	case elf.DT_GNU_HASH:
		return &d.gnuHash
	case elf.DT_VERSYM:
		return &d.versym
	case elf.DT_VERNEED:
		return &d.verneed
	case elf.DT_VERNEEDNUM:
		return &d.verneednum
	case elf.DT_VERDEF:
		return &d.verdef
	case elf.DT_VERDEFNUM:
		return &d.verdefnum
	case elf.DT_RELA:
		return &d.rela
	case elf.DT_RELASZ:
		return &d.relasz
	case elf.DT_JMPREL:
		return &d.jmprel
	case elf.DT_PLTRELSZ:
		return &d.pltrelsz
	}
	return nil
}

func (f *File) readStrtab(at uint64) error {
	d := f.Dynamic
	if d.strsz > maxStrings {
		return f.errorf(at, "the dynamic string table has %d bytes, more than the limit of %d", d.strsz, maxStrings)
	}
	off, ok := f.Offset(d.strtab, d.strsz)
	if !ok {
		return f.errorf(at, "dynamic string table: %d bytes at address %#x are in no loaded segment", d.strsz, d.strtab)
	}
	b, err := f.ReadOff(off, d.strsz, "dynamic string table")
	if err != nil {
		return err
	}
	f.strtab, f.strtabOff = string(b), off
	return nil
}

// dynString returns the string at offset i of the dynamic string table for
// what, an entry at file offset at.
func (f *File) dynString(i, at uint64, what string) (string, error) {
	if i >= uint64(len(f.strtab)) {
		return "", f.errorf(at, "%s: string at %d lies outside the string table of %d bytes", what, i, len(f.strtab))
	}
	s := f.strtab[i:]
	n := strings.IndexByte(s, 0)
	if n < 0 {
		return "", f.errorf(at, "%s: string at %d of the string table has no end", what, i)
	}
	return s[:n], nil
}

// StrtabRange returns the file offsets of the dynamic string table.
func (f *File) StrtabRange() (start, end uint64) {
	return f.strtabOff, f.strtabOff + uint64(len(f.strtab))
}
