package elffile

// version names one symbol version: of a needed library (file is its soname)
// or, with file "", one that the file itself defines.
type version struct{ name, file string }

// versions maps a version index to what it means. An index can in principle
// be in both tables; undefined symbols look at the needed ones first.
type versions struct{ need, def map[uint16]version }

func (v versions) at(i uint16, undefined bool) version {
	a, b := v.def, v.need
	if undefined {
		a, b = b, a
	}
	if e, ok := a[i]; ok {
		return e
	}
	return b[i]
}

func (f *File) readVersions() (versions, error) {
	var v versions
	var err error
	if v.need, err = f.readVerneed(); err != nil {
		return v, err
	}
	v.def, err = f.readVerdef()
	return v, err
}

// readVerneed walks DT_VERNEED: Elf64_Verneed {version, cnt u16; file, aux,
// next u32} each with cnt Elf64_Vernaux {hash u32; flags, other u16; name,
// next u32}.
func (f *File) readVerneed() (map[uint16]version, error) {
	d := f.Dynamic
	if d.verneed == 0 {
		return nil, nil
	}
	m := make(map[uint16]version)
	addr, total := d.verneed, 0
	for n := uint64(0); n < d.verneednum; n++ {
		b, off, err := f.readAt(addr, 16, "needed versions")
		if err != nil {
			return nil, err
		}
		file, err := f.dynString(uint64(le.Uint32(b[4:])), off, "needed versions")
		if err != nil {
			return nil, err
		}
		aux := addr + uint64(le.Uint32(b[8:]))
		for range le.Uint16(b[2:]) {
			if total++; total > maxVersions {
				return nil, f.errorf(off, "more than %d needed versions", maxVersions)
			}
			a, off, err := f.readAt(aux, 16, "needed version")
			if err != nil {
				return nil, err
			}
			name, err := f.dynString(uint64(le.Uint32(a[8:])), off, "needed version")
			if err != nil {
				return nil, err
			}
			m[le.Uint16(a[6:])&0x7fff] = version{name, file}
			next := le.Uint32(a[12:])
			if next == 0 {
				break
			}
			aux += uint64(next)
		}
		next := le.Uint32(b[12:])
		if total++; next == 0 || total > maxVersions {
			break
		}
		addr += uint64(next)
	}
	return m, nil
}

// readVerdef walks DT_VERDEF: Elf64_Verdef {version, flags, ndx, cnt u16;
// hash, aux, next u32}; the first Elf64_Verdaux {name, next u32} has the name.
func (f *File) readVerdef() (map[uint16]version, error) {
	d := f.Dynamic
	if d.verdef == 0 {
		return nil, nil
	}
	m := make(map[uint16]version)
	addr := d.verdef
	for n := uint64(0); n < min(d.verdefnum, maxVersions); n++ {
		b, _, err := f.readAt(addr, 20, "version definitions")
		if err != nil {
			return nil, err
		}
		a, off, err := f.readAt(addr+uint64(le.Uint32(b[12:])), 8, "version definition")
		if err != nil {
			return nil, err
		}
		name, err := f.dynString(uint64(le.Uint32(a)), off, "version definition")
		if err != nil {
			return nil, err
		}
		m[le.Uint16(b[4:])&0x7fff] = version{name: name}
		next := le.Uint32(b[16:])
		if next == 0 {
			break
		}
		addr += uint64(next)
	}
	return m, nil
}

// readAt is ReadAddr that also tells the file offset.
func (f *File) readAt(addr, n uint64, what string) ([]byte, uint64, error) {
	off, _ := f.Offset(addr, n)
	b, err := f.ReadAddr(addr, n, what)
	return b, off, err
}
