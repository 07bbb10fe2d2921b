package elffile

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// GoInfo is what a Go toolchain recorded in a binary that it linked.
type GoInfo struct {
	Version string // as runtime.Version reports it, such as "go1.26.8"
	ModInfo string // the lines that debug/buildinfo parses, without their frame
}

// The Go linker's .go.buildinfo: a magic of 14 bytes, pointer size, flags;
// with flag 2 (Go 1.18 and later) two strings follow at 32, each with its
// length as a varint; without it, addresses of two Go strings follow at 16.
const (
	goMagic      = "\xff Go buildinf:"
	goAlign      = 16
	goHeader     = 32
	goMaxString  = 4 << 20
	goMaxVersion = 4096
)

// GoInfo returns the build information of a Go binary, whether it was linked
// by Go's own linker or by the system's, or ok=false for any other file.
func (f *File) GoInfo() (info GoInfo, ok bool, err error) {
	off, ok, err := f.findGoInfo()
	if err != nil || !ok {
		return info, false, err
	}
	h, err := f.ReadOff(off, goHeader, "Go build information")
	if err != nil {
		return info, false, err
	}
	var mod string
	if h[15]&2 != 0 {
		at := off + goHeader
		if info.Version, at, err = f.goString(at, goMaxVersion); err != nil {
			return info, false, err
		}
		if mod, _, err = f.goString(at, goMaxString); err != nil {
			return info, false, err
		}
	} else if h[14] == 8 && h[15] == 0 {
		if info.Version, err = f.goPointer(le.Uint64(h[16:]), goMaxVersion); err != nil {
			return info, false, err
		}
		// A toolchain of that age leaves the pointer 0 without modules.
		if p := le.Uint64(h[24:]); p != 0 {
			if mod, err = f.goPointer(p, goMaxString); err != nil {
				return info, false, err
			}
		}
	}
	// The module lines are framed by 16 bytes on each side.
	if len(mod) >= 33 && mod[len(mod)-17] == '\n' {
		info.ModInfo = mod[16 : len(mod)-16]
	}
	return info, strings.HasPrefix(info.Version, "go") || strings.HasPrefix(info.Version, "devel"), nil
}

// goString reads a string with a varint length at file offset off.
func (f *File) goString(off, limit uint64) (string, uint64, error) {
	b, err := f.ReadOff(off, min(binary.MaxVarintLen64, uint64(f.Size)-min(off, uint64(f.Size))), "Go build information")
	if err != nil {
		return "", 0, err
	}
	n, w := binary.Uvarint(b)
	if w <= 0 || n > limit {
		return "", 0, f.errorf(off, "Go build information: bad length of a string")
	}
	s, err := f.ReadOff(off+uint64(w), n, "Go build information")
	return string(s), off + uint64(w) + n, err
}

// goPointer reads the Go string whose header is at virtual address addr.
func (f *File) goPointer(addr, limit uint64) (string, error) {
	h, err := f.ReadAddr(addr, 16, "Go build information")
	if err != nil {
		return "", err
	}
	n := le.Uint64(h[8:])
	if n > limit {
		return "", f.errorf(f.dynOff(), "Go build information: a string of %d bytes", n)
	}
	b, err := f.ReadAddr(le.Uint64(h), n, "Go build information")
	return string(b), err
}

// findGoInfo returns the file offset of the build information: in its
// section, or else at a multiple of 16 in a loaded segment with data.
func (f *File) findGoInfo() (uint64, bool, error) {
	if s := f.Section(".go.buildinfo"); s != nil && s.Size >= goHeader {
		b, err := f.ReadOff(s.Off, uint64(len(goMagic)), "Go build information")
		if err != nil || string(b) == goMagic {
			return s.Off, err == nil, err
		}
	}
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X != 0 {
			continue
		}
		var found uint64
		ok := false
		err := f.scan(s.Off, s.Filesz, goHeader, "data", func(b []byte, off uint64) bool {
			for i := 0; ; i++ {
				j := bytes.Index(b[i:], []byte(goMagic))
				if j < 0 {
					return true
				}
				i += j
				if (off+uint64(i)-s.Off)%goAlign == 0 && f.inFile(off+uint64(i), goHeader) {
					found, ok = off+uint64(i), true
					return false
				}
			}
		})
		if err != nil || ok {
			return found, ok, err
		}
	}
	return 0, false, nil
}
