package guestmem

import (
	"os"
)

// Root is a mapped image, followed by room for words (see cmdline.build).
type Root struct {
	Mem  []byte // of the file whole pages, then zeroes
	Addr uint64 // guest-physical
	Span uint64 // whole pages of the file
	Slot uint32
	F    *os.File
	Size int64 // when it was mapped
}

// Cut tells whether the file has become shorter, so that pages of it are missing.
func (r *Root) Cut() bool {
	if r == nil {
		return false
	}
	fi, err := r.F.Stat()
	return err == nil && fi.Size() < r.Size
}

// Readable gives the n bytes of guest memory at physical address addr for reading: RAM, or of the root file
// system's image. A driver may have a device take what a program has mapped from there.
func (m *Memory) Readable(addr, n uint64) ([]byte, error) {
	if r := m.Root; r != nil && addr-r.Addr < r.Span {
		if off := addr - r.Addr; n <= r.Span-off {
			return r.Mem[off : off+n : off+n], nil
		}
	}
	return m.Slice(addr, n)
}
