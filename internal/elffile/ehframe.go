package elffile

import (
	"bytes"
	"debug/elf"
)

// The exception frames, as LSB 5.0 (10.6) defines them, tell where functions
// start and how long they are. Records follow each other: {length u32, id
// u32}; a CIE has id 0, an FDE has in id the distance back to its CIE, then
// the start and the size of its function. Only the encoding that x86-64
// compilers use is read: 32 bits, relative to their own place.

// ehFuncs reads the functions of the exception frames, through the sorted
// table of PT_GNU_EH_FRAME or else, as in static programs of glibc's, from the
// section itself.
func (f *File) ehFuncs() []Func {
	if fs := f.ehTable(); fs != nil {
		return fs
	}
	s := f.Section(".eh_frame")
	if s == nil || s.Size > maxSymtab || s.Type == elf.SHT_NOBITS {
		return nil
	}
	b, err := f.ReadOff(s.Off, s.Size, "exception frames")
	if err != nil {
		return nil
	}
	var fs []Func
	good := make(map[int]bool) // offsets of CIEs with the usual encoding
	for i := 0; i+8 <= len(b); {
		n := int(le.Uint32(b[i:]))
		if n < 4 || n > len(b)-i-4 { // the end, or a 64-bit record
			break
		}
		rec := b[i+4 : i+4+n]
		id := int(le.Uint32(rec))
		switch {
		case id == 0:
			good[i] = cieIsUsual(rec[4:])
		case good[i+4-id] && n >= 12:
			start := s.Addr + uint64(i) + 8 + uint64(int64(int32(le.Uint32(rec[4:]))))
			fs = append(fs, Func{Start: start, End: start + uint64(le.Uint32(rec[8:]))})
		}
		i += 4 + n
	}
	return fs
}

// cieIsUsual reports whether addresses in FDEs of a CIE are 32 bits relative
// to their place: its augmentation starts with z and has R with 0x1b.
func cieIsUsual(b []byte) bool {
	if len(b) < 2 || b[0] != 1 && b[0] != 3 {
		return false
	}
	end := bytes.IndexByte(b[1:], 0)
	if end < 1 || b[1] != 'z' {
		return false
	}
	aug, b := b[2:1+end], b[1+end+1:]
	// Code alignment, data alignment, return register, length: varints.
	for range 4 {
		i := 0
		for i < len(b) && b[i]&0x80 != 0 {
			i++
		}
		if i >= len(b) {
			return false
		}
		b = b[i+1:]
	}
	for _, c := range aug {
		switch {
		case len(b) == 0:
			return false
		case c == 'R':
			return b[0] == 0x1b
		case c == 'P': // the personality's encoding and address
			n := map[byte]int{0: 8, 2: 2, 3: 4, 4: 8}[b[0]&7] + 1
			if n == 1 || n > len(b) {
				return false
			}
			b = b[n:]
		case c == 'L':
			b = b[1:]
		case c != 'S' && c != 'B':
			return false
		}
	}
	return false
}

// ehTable reads .eh_frame_hdr: a table of {start, FDE} sorted by start.
func (f *File) ehTable() []Func {
	s := f.segment(elf.PT_GNU_EH_FRAME)
	if s == nil || s.Filesz < 12 || s.Filesz > maxSymtab {
		return nil
	}
	h, err := f.ReadOff(s.Off, s.Filesz, "exception table")
	if err != nil || h[0] != 1 || h[2] != 0x03 || h[3] != 0x3b { // udata4, datarel|sdata4
		return nil
	}
	n := min(uint64(le.Uint32(h[8:])), uint64(len(h)-12)/8)
	if n == 0 {
		return nil
	}
	rel := func(i uint64) uint64 { return s.Vaddr + uint64(int64(int32(le.Uint32(h[12+4*i:])))) }
	lo, hi := rel(1), rel(1)
	for i := uint64(0); i < n; i++ {
		lo, hi = min(lo, rel(2*i+1)), max(hi, rel(2*i+1))
	}
	if hi-lo > maxSymtab {
		return nil
	}
	b, err := f.ReadAddr(lo, hi-lo+16, "exception frames") // all FDEs in one go
	if err != nil {
		return nil
	}
	fs := make([]Func, 0, n)
	for i := uint64(0); i < n; i++ {
		start, fde := rel(2*i), rel(2*i+1)
		fs = append(fs, Func{Start: start, End: start + uint64(le.Uint32(b[fde-lo+12:]))})
	}
	return fs
}
