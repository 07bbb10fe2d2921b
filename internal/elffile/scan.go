package elffile

import (
	"debug/elf"
	"slices"
)

// scanBlock is the unit in which segments are read to be searched.
const scanBlock = 256 << 10

// scan reads the n bytes at file offset off in blocks and calls fn with each
// block and its file offset until fn returns false. Every block but the first
// starts with the last overlap bytes of the one before. fn must not keep b.
func (f *File) scan(off, n uint64, overlap int, what string, fn func(b []byte, off uint64) bool) error {
	if !f.inFile(off, n) {
		return f.errorf(off, "%s: %d bytes lie outside the file of %d bytes: the file is truncated or corrupt", what, n, f.Size)
	}
	buf := make([]byte, min(uint64(overlap+scanBlock), n))
	have := 0
	for n > 0 {
		m := int(min(n, uint64(len(buf)-have)))
		if err := f.readFull(buf[have:have+m], off, what); err != nil {
			return err
		}
		if !fn(buf[:have+m], off-uint64(have)) {
			return nil
		}
		off, n = off+uint64(m), n-uint64(m)
		keep := min(overlap, have+m)
		copy(buf, buf[have+m-keep:have+m])
		have = keep
	}
	return nil
}

// A Range is a part of the file that is loaded at an address.
type Range struct {
	Off   uint64 // file offset
	Vaddr uint64
	Size  uint64 // bytes
}

// ExecRanges returns the parts of the file that hold code: executable
// segments, or, in a file whose section headers tell which parts of those are
// code, only these sections. (Some linkers put constants into an executable
// segment.)
func (f *File) ExecRanges() []Range {
	segs := f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_X != 0 })
	ss, _ := f.Sections()
	var out []Range
	for _, r := range segs {
		n := len(out)
		for i := range ss {
			s := &ss[i]
			if s.Type == elf.SHT_NOBITS || s.Flags&elf.SHF_EXECINSTR == 0 || s.Size == 0 ||
				s.Off < r.Off || s.Off-r.Off > r.Size || s.Size > r.Size-(s.Off-r.Off) || s.Addr-r.Vaddr != s.Off-r.Off {
				continue
			}
			// Sections that follow each other closely become one range.
			if len(out) > n && s.Off >= out[len(out)-1].Off+out[len(out)-1].Size && s.Off-(out[len(out)-1].Off+out[len(out)-1].Size) < 64 {
				out[len(out)-1].Size = s.Off + s.Size - out[len(out)-1].Off
				continue
			}
			out = append(out, Range{s.Off, s.Addr, s.Size})
		}
		if len(out) == n {
			out = append(out, r)
		}
	}
	return out
}

// ReadOnlyRanges returns the parts of the file that are loaded and not
// writable and that can hold constants: read-only segments, and where there
// are none (a linker run without separate code), executable ones too. The
// dynamic string table is left out: it holds symbol names, not constants.
func (f *File) ReadOnlyRanges() []Range {
	rs := f.ranges(func(fl elf.ProgFlag) bool { return fl&(elf.PF_R|elf.PF_W|elf.PF_X) == elf.PF_R })
	if rs == nil {
		rs = f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_W == 0 })
	}
	// Constants that hold addresses are writable until they are relocated,
	// but strings never hold addresses, so PT_GNU_RELRO adds nothing.
	start, end := f.StrtabRange()
	var out []Range
	for _, r := range rs {
		rEnd := r.Off + r.Size
		if start >= end || start >= rEnd || end <= r.Off {
			out = append(out, r)
			continue
		}
		if start > r.Off {
			out = append(out, Range{r.Off, r.Vaddr, start - r.Off})
		}
		if end < rEnd {
			out = append(out, Range{end, r.Vaddr + (end - r.Off), rEnd - end})
		}
	}
	return out
}

func (f *File) ranges(want func(elf.ProgFlag) bool) []Range {
	var rs []Range
	for i := range f.Segments {
		if s := &f.Segments[i]; s.Type == elf.PT_LOAD && s.Filesz > 0 && want(s.Flags) {
			rs = append(rs, Range{s.Off, s.Vaddr, s.Filesz})
		}
	}
	return rs
}

// ReadRange reads the whole of r.
func (f *File) ReadRange(r Range, what string) ([]byte, error) { return f.ReadOff(r.Off, r.Size, what) }

// ScanData calls fn with the parts of the file that are loaded as data, in blocks: what is no more than overlap bytes
// long is whole in one of them. A block is fn's only until it returns; false ends the scan.
func (f *File) ScanData(overlap int, fn func(b []byte) bool) error {
	rs := f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_X == 0 })
	if !slices.ContainsFunc(f.Segments, func(s Segment) bool { return s.Type == elf.PT_LOAD && s.Flags&(elf.PF_W|elf.PF_X) == 0 }) {
		rs = append(rs, f.besideCode()...) // a linker run without separate code
	}
	for _, r := range rs {
		more := true
		err := f.scan(r.Off, r.Size, overlap, "data", func(b []byte, _ uint64) bool {
			more = fn(b)
			return more
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// besideCode returns what is not code in the executable segments, or all of them if no section headers tell.
func (f *File) besideCode() (out []Range) {
	code := f.ExecRanges()
	for _, r := range f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_X != 0 }) {
		if slices.Contains(code, r) {
			out = append(out, r)
			continue
		}
		end := r.Off + r.Size
		for _, c := range code {
			if c.Off >= r.Off && c.Off < end {
				out = append(out, Range{r.Off, r.Vaddr, c.Off - r.Off})
				next := c.Off + c.Size
				r = Range{next, r.Vaddr + (next - r.Off), end - next}
			}
		}
		out = append(out, r)
	}
	return out
}
