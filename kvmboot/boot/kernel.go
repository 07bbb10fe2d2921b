package boot

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
	"uk.example/kvmboot/guestmem"
)

// Limits on a kernel file. A tailored kernel is far below all of them.
const (
	maxPhdrs    = 64
	maxNoteSize = 64 << 10

	ehdrSize = 64
	phdrSize = 56

	// xenElfnotePhys32Entry is the note whose descriptor is the physical address of
	// the 32-bit PVH entry (Xen's xen/include/public/elfnote.h).
	xenElfnotePhys32Entry = 18
)

// KernelError says what is wrong with a kernel file.
type KernelError struct {
	File   string
	Offset int64 // where in the file, -1 when no single place is to blame
	Msg    string
	Err    error // the cause, or nil
}

func (e *KernelError) Error() string {
	s := e.File
	if e.Offset >= 0 {
		s = fmt.Sprintf("%s: offset %#x", s, e.Offset)
	}
	s += ": " + e.Msg
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *KernelError) Unwrap() error { return e.Err }

// segment is one PT_LOAD of a kernel.
type segment struct {
	off           int64
	paddr         uint64
	filesz, memsz uint64
}

// Kernel is an ELF kernel, opened and checked.
type Kernel struct {
	File     *os.File
	Entry    uint64 // 32-bit PVH entry, physical; 0: no note
	ElfEntry uint64 // the ELF header's
	segments []segment
	Offset   uint64 // virtual addresses less physical ones, of the first segment
}

// HoldsAll reports whether n bytes at a physical address come from the file.
func (k *Kernel) HoldsAll(paddr, n uint64) bool {
	for _, s := range k.segments {
		if paddr >= s.paddr && paddr-s.paddr <= s.filesz && n <= s.filesz-(paddr-s.paddr) {
			return true
		}
	}
	return false
}

// OpenKernel reads the headers of an ELF64 kernel and finds its PVH entry. Only
// program headers are looked at: a kernel may be stripped of its sections.
func OpenKernel(path string) (*Kernel, error) { return Open(path, ParseKernel) }

func Open(path string, parse func(string, io.ReaderAt, int64) (*Kernel, error)) (_ *Kernel, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0) // a pipe may have come in a file's place
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, &KernelError{path, -1, "not a regular file", nil}
	}
	k, err := parse(path, f, fi.Size())
	if err != nil {
		return nil, err
	}
	k.File = f
	return k, nil
}

// ParseKernel wants a PVH entry, which parseELF does not.
func ParseKernel(path string, f io.ReaderAt, size int64) (*Kernel, error) {
	k, err := ParseELF(path, f, size)
	if err != nil {
		return nil, err
	}
	if k.Entry == 0 {
		return nil, &KernelError{path, -1, fmt.Sprintf("no PVH note (Xen, type %d): not a kernel that can be started directly", xenElfnotePhys32Entry), nil}
	}
	if !k.Holds(k.Entry) {
		return nil, &KernelError{path, -1, fmt.Sprintf("the PVH entry %#x is in no loaded segment", k.Entry), nil}
	}
	return k, nil
}

// Holds tells whether code can be at an address.
func (k *Kernel) Holds(entry uint64) bool {
	for _, s := range k.segments {
		if entry >= s.paddr && entry < s.paddr+s.filesz {
			return true
		}
	}
	return false
}

func ParseELF(path string, f io.ReaderAt, size int64) (*Kernel, error) {
	bad := func(off int64, format string, a ...any) error {
		return &KernelError{path, off, fmt.Sprintf(format, a...), nil}
	}
	var h [ehdrSize]byte
	if n, err := f.ReadAt(h[:], 0); n < len(h) {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, &KernelError{path, 0, "cannot read", err}
		}
		return nil, bad(0, "%d bytes are too short for an ELF header; name a kernel.elf", size)
	}
	le := binary.LittleEndian
	switch {
	case string(h[:4]) != elf.ELFMAG:
		return nil, bad(0, "not an ELF file; name a kernel.elf")
	case elf.Class(h[4]) != elf.ELFCLASS64 || elf.Data(h[5]) != elf.ELFDATA2LSB || elf.Machine(le.Uint16(h[18:])) != elf.EM_X86_64:
		return nil, bad(4, "not a 64-bit x86 ELF file")
	case elf.OSABI(h[elf.EI_OSABI]) == elf.ELFOSABI_NONE && h[elf.EI_ABIVERSION] != 0 && h[elf.EI_ABIVERSION] != abi.Version: // 0: a kernel of others
		return nil, bad(elf.EI_ABIVERSION, "a kernel for version %d of what guest and runner agree on, and this program has version %d: build the image again", h[elf.EI_ABIVERSION], abi.Version)
	case le.Uint16(h[54:]) != phdrSize:
		return nil, bad(54, "program headers of %d bytes, want %d", le.Uint16(h[54:]), phdrSize)
	}
	phoff, phnum := le.Uint64(h[32:]), int(le.Uint16(h[56:]))
	if phnum == 0 || phnum > maxPhdrs {
		return nil, bad(56, "%d program headers, want 1 to %d", phnum, maxPhdrs)
	}
	if phoff > uint64(size) || uint64(phnum*phdrSize) > uint64(size)-phoff {
		return nil, bad(32, "program headers at %#x are past the end of the file (%d bytes): truncated?", phoff, size)
	}
	ph := make([]byte, phnum*phdrSize)
	if _, err := f.ReadAt(ph, int64(phoff)); err != nil {
		return nil, &KernelError{path, int64(phoff), "cannot read the program headers", err}
	}
	k := &Kernel{ElfEntry: le.Uint64(h[24:])}
	for i := range phnum {
		p, at := ph[i*phdrSize:], int64(phoff)+int64(i*phdrSize)
		typ := elf.ProgType(le.Uint32(p))
		off, paddr, filesz, memsz := le.Uint64(p[8:]), le.Uint64(p[24:]), le.Uint64(p[32:]), le.Uint64(p[40:])
		if typ != elf.PT_LOAD && typ != elf.PT_NOTE {
			continue
		}
		if off > uint64(size) || filesz > uint64(size)-off {
			return nil, bad(at, "%v at %#x of %d bytes is past the end of the file (%d bytes): truncated?", typ, off, filesz, size)
		}
		if typ == elf.PT_NOTE {
			if filesz > maxNoteSize {
				return nil, bad(at, "notes of %d bytes, more than %d", filesz, maxNoteSize)
			}
			notes := make([]byte, filesz)
			if _, err := f.ReadAt(notes, int64(off)); err != nil {
				return nil, &KernelError{path, int64(off), "cannot read the notes", err}
			}
			if e, ok := pvhEntry(notes, le.Uint64(p[48:])); ok && k.Entry == 0 {
				k.Entry = e
			}
			continue
		}
		if memsz < filesz {
			return nil, bad(at, "segment of %d bytes in memory but %d in the file", memsz, filesz)
		}
		if memsz == 0 {
			continue
		}
		if paddr+memsz < paddr {
			return nil, bad(at, "segment at %#x of %d bytes wraps around", paddr, memsz)
		}
		for _, s := range k.segments {
			if paddr < s.paddr+s.memsz && s.paddr < paddr+memsz {
				return nil, bad(at, "segments at %#x and %#x overlap in memory", s.paddr, paddr)
			}
		}
		if k.segments == nil {
			k.Offset = le.Uint64(p[16:]) - paddr
		}
		k.segments = append(k.segments, segment{int64(off), paddr, filesz, memsz})
	}
	if len(k.segments) == 0 {
		return nil, bad(-1, "nothing to load: no PT_LOAD segment")
	}
	return k, nil
}

// pvhEntry looks for the entry note in the bytes of a PT_NOTE. Malformed notes
// end the search.
func pvhEntry(b []byte, align uint64) (uint64, bool) {
	pad := func(n uint64) uint64 {
		if align == 8 {
			return (n + 7) &^ 7
		}
		return (n + 3) &^ 3
	}
	le := binary.LittleEndian
	for len(b) >= 12 {
		nlen, dlen, typ := uint64(le.Uint32(b)), uint64(le.Uint32(b[4:])), le.Uint32(b[8:])
		doff := pad(12 + nlen)
		if doff > uint64(len(b)) || dlen > uint64(len(b))-doff {
			return 0, false
		}
		name, desc := b[12:12+nlen], b[doff:doff+dlen]
		if string(name) == "Xen\x00" && typ == xenElfnotePhys32Entry {
			switch dlen {
			case 4:
				return uint64(le.Uint32(desc)), true
			case 8:
				v := le.Uint64(desc)
				return v, v < 1<<32
			}
		}
		next := pad(doff + dlen)
		if next >= uint64(len(b)) {
			break
		}
		b = b[next:]
	}
	return 0, false
}

// Load copies the segments into guest memory, outside the boot data; what the file does
// not hold stays zero, as guest memory starts.
func (k *Kernel) Load(m *guestmem.Memory, dataStart, dataEnd uint64) error {
	for _, s := range k.segments {
		if _, err := m.Slice(s.paddr, s.memsz); err != nil {
			return &KernelError{k.File.Name(), -1, fmt.Sprintf("%d bytes of guest memory do not hold the kernel, whose segment at %#x has %d; ask for more memory", len(m.Low)+len(m.High), s.paddr, s.memsz), nil}
		}
		if s.paddr < dataEnd && dataStart < s.paddr+s.memsz {
			return &KernelError{k.File.Name(), -1, fmt.Sprintf("segment at %#x covers the boot data at %#x", s.paddr, dataStart), nil}
		}
		if err := m.ReadFile(k.File, s.off, s.paddr, s.filesz); err != nil {
			return &KernelError{k.File.Name(), s.off, "cannot read a segment", err}
		}
	}
	return nil
}

// End is the first address above the kernel in low memory.
func (k *Kernel) End() uint64 {
	var e uint64
	for _, s := range k.segments {
		if s.paddr < guestmem.HighBase {
			e = max(e, s.paddr+s.memsz)
		}
	}
	return e
}
