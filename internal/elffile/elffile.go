// Package elffile reads 64-bit little-endian x86-64 ELF files as a dynamic
// loader sees them: program headers, the dynamic section, dynamic symbols
// with their versions, relocations. Section headers are used where they are
// present and agree, and are never needed, so files with a stripped section
// table read the same.
//
// The input is hostile: every offset, size and count in a file is checked
// against the size of the file before memory is taken for it, every list is
// bounded, and malformed input gives an *Error with the file offset of the
// bad structure. Nothing is executed or mapped, and only the parts that are
// asked for are read, so a large file costs no more than its tables. A file
// that shrinks while it is read gives an error.
//
// A File is not safe for use by several goroutines at once.
package elffile

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"os"
	"syscall"
)

// Limits on what a file may ask for. Real files stay far below them.
const (
	maxSegments = 4096     // program headers
	maxSections = 1 << 16  // section headers
	maxDynamic  = 1 << 16  // entries of PT_DYNAMIC
	maxInterp   = 4096     // bytes of PT_INTERP, PATH_MAX of Linux
	maxVersions = 1 << 15  // versions: an index has 15 bits
	maxStrings  = 64 << 20 // bytes of the dynamic string table
)

const (
	headerSize  = 64 // Elf64_Ehdr
	segmentSize = 56 // Elf64_Phdr
	sectionSize = 64 // Elf64_Shdr
	symbolSize  = 24 // Elf64_Sym
	relaSize    = 24 // Elf64_Rela
	dynSize     = 16 // Elf64_Dyn
)

var le = binary.LittleEndian

// A File is an open ELF file.
type File struct {
	Name     string // as given to Open or NewFile; error messages use it
	Size     int64  // bytes
	Type     elf.Type
	OSABI    elf.OSABI
	Entry    uint64    // virtual address, 0 if there is none
	Segments []Segment // program headers, in file order
	Interp   string    // PT_INTERP without its NUL, "" if there is none
	Dynamic  *Dynamic  // PT_DYNAMIC, nil in a file without one

	r         io.ReaderAt
	closer    io.Closer
	headEnd   uint64 // offset after the program headers if they follow the header
	shoff     uint64
	shnum     int
	shstrndx  int
	sections  []Section
	sectErr   error
	sectRead  bool
	symbols   []Symbol
	symErr    error
	symRead   bool
	strtab    string // DT_STRTAB
	strtabOff uint64 // its file offset
}

// A Segment is a program header.
type Segment struct {
	Type   elf.ProgType
	Flags  elf.ProgFlag
	Off    uint64 // file offset, bytes
	Vaddr  uint64 // virtual address
	Filesz uint64 // bytes in the file
	Memsz  uint64 // bytes in memory, at least Filesz for PT_LOAD
	Align  uint64
}

// Open opens the ELF file at path. The caller closes the File.
func Open(path string) (*File, error) {
	osf, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe may have come in a file's place
	if err != nil {
		return nil, err
	}
	st, err := osf.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = &Error{File: path, Msg: "not a regular file", Err: ErrNotELF}
	}
	if err != nil {
		osf.Close()
		return nil, err
	}
	f, err := NewFile(osf, st.Size(), path)
	if err != nil {
		osf.Close()
		return nil, err
	}
	f.closer = osf
	return f, nil
}

// Close closes the file that Open opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	c := f.closer
	f.closer = nil
	return c.Close()
}

// NewFile reads the headers of the ELF file of size bytes in r. Errors name
// it as name.
func NewFile(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{Name: name, Size: size, r: r}
	h := make([]byte, min(size, 4096)) // nearly always holds the program headers too
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, int64(len(h))), h); err != nil {
		return nil, &Error{File: name, Msg: "cannot read the header: " + err.Error(), Err: err}
	}
	phoff, phnum, err := f.parseHeader(h)
	if err != nil {
		return nil, err
	}
	if err := f.parseSegments(h, phoff, phnum); err != nil {
		return nil, err
	}
	if err := f.parseInterp(); err != nil {
		return nil, err
	}
	if err := f.parseDynamic(); err != nil {
		return nil, err
	}
	return f, nil
}

// IsELF reports whether head, the first bytes of a file, carries the ELF
// magic number.
func IsELF(head []byte) bool { return bytes.HasPrefix(head, []byte(elf.ELFMAG)) }

func (f *File) parseHeader(h []byte) (phoff uint64, phnum int, err error) {
	if !IsELF(h) {
		return 0, 0, &Error{File: f.Name, Msg: "not an ELF file: no ELF magic number", Err: ErrNotELF}
	}
	if len(h) < headerSize {
		return 0, 0, f.errorf(0, "the file ends inside the ELF header: %d bytes of %d", len(h), headerSize)
	}
	machine := elf.Machine(le.Uint16(h[18:]))
	if elf.Class(h[elf.EI_CLASS]) != elf.ELFCLASS64 || elf.Data(h[elf.EI_DATA]) != elf.ELFDATA2LSB || machine != elf.EM_X86_64 {
		return 0, 0, &Error{File: f.Name, Off: elf.EI_CLASS, Err: ErrMachine,
			Msg: foreign(h)}
	}
	if v := h[elf.EI_VERSION]; v != byte(elf.EV_CURRENT) {
		return 0, 0, f.errorf(elf.EI_VERSION, "unknown ELF version %d", v)
	}
	f.Type = elf.Type(le.Uint16(h[16:]))
	f.OSABI = elf.OSABI(h[elf.EI_OSABI])
	f.Entry = le.Uint64(h[24:])
	phoff = le.Uint64(h[32:])
	f.shoff = le.Uint64(h[40:])
	phentsize, shentsize := le.Uint16(h[54:]), le.Uint16(h[58:])
	phnum = int(le.Uint16(h[56:]))
	f.shnum = int(le.Uint16(h[60:]))
	f.shstrndx = int(le.Uint16(h[62:]))
	if f.shoff == 0 || shentsize != sectionSize {
		f.shoff, f.shnum = 0, 0
	}
	if phnum > maxSegments {
		return 0, 0, f.errorf(56, "%d program headers, more than the limit of %d", phnum, maxSegments)
	}
	if phnum > 0 && phentsize != segmentSize {
		return 0, 0, f.errorf(54, "program headers of %d bytes, want %d", phentsize, segmentSize)
	}
	return phoff, phnum, nil
}

func (f *File) parseSegments(h []byte, phoff uint64, phnum int) error {
	n := uint64(phnum) * segmentSize
	b := h
	if phoff <= uint64(len(h)) && n <= uint64(len(h))-phoff {
		b = h[phoff:]
	} else {
		var err error
		if b, err = f.ReadOff(phoff, n, "program headers"); err != nil {
			return err
		}
	}
	if f.headEnd = headerSize; phoff == headerSize {
		f.headEnd += n
	}
	f.Segments = make([]Segment, phnum)
	for i := range f.Segments {
		p := b[i*segmentSize:]
		s := Segment{
			Type: elf.ProgType(le.Uint32(p)), Flags: elf.ProgFlag(le.Uint32(p[4:])),
			Off: le.Uint64(p[8:]), Vaddr: le.Uint64(p[16:]),
			Filesz: le.Uint64(p[32:]), Memsz: le.Uint64(p[40:]), Align: le.Uint64(p[48:]),
		}
		at := phoff + uint64(i)*segmentSize
		if s.Type == elf.PT_LOAD || s.Type == elf.PT_DYNAMIC || s.Type == elf.PT_INTERP {
			if !f.inFile(s.Off, s.Filesz) {
				return f.errorf(at, "segment %d (%v) at %#x of %d bytes lies outside the file of %d bytes: the file is truncated or corrupt",
					i, s.Type, s.Off, s.Filesz, f.Size)
			}
		}
		if s.Type == elf.PT_LOAD {
			if s.Memsz < s.Filesz {
				return f.errorf(at, "segment %d is smaller in memory (%d bytes) than in the file (%d bytes)", i, s.Memsz, s.Filesz)
			}
			if s.Vaddr+s.Memsz < s.Vaddr {
				return f.errorf(at, "segment %d at address %#x of %d bytes wraps around the address space", i, s.Vaddr, s.Memsz)
			}
		}
		f.Segments[i] = s
	}
	return nil
}

func (f *File) parseInterp() error {
	s := f.segment(elf.PT_INTERP)
	if s == nil {
		return nil
	}
	if s.Filesz > maxInterp {
		return f.errorf(s.Off, "the interpreter's name has %d bytes, more than the limit of %d", s.Filesz, maxInterp)
	}
	b, err := f.ReadOff(s.Off, s.Filesz, "interpreter's name")
	if err != nil {
		return err
	}
	i := bytes.IndexByte(b, 0)
	if i < 1 {
		return f.errorf(s.Off, "the interpreter's name is empty or has no end")
	}
	f.Interp = string(b[:i])
	return nil
}

// ExecutableStack reports whether the file asks for a stack that is executable, as
// GCC's nested functions need it.
func (f *File) ExecutableStack() bool {
	s := f.segment(elf.PT_GNU_STACK)
	return s != nil && s.Flags&elf.PF_X != 0
}

// HasTLS reports whether the file has thread-local storage of its own.
func (f *File) HasTLS() bool { return f.segment(elf.PT_TLS) != nil }

func (f *File) segment(t elf.ProgType) *Segment {
	for i := range f.Segments {
		if f.Segments[i].Type == t {
			return &f.Segments[i]
		}
	}
	return nil
}

// inFile reports whether n bytes at offset off are inside the file.
func (f *File) inFile(off, n uint64) bool {
	return off <= uint64(f.Size) && n <= uint64(f.Size)-off
}

// ReadOff reads n bytes at file offset off; what names them in an error.
func (f *File) ReadOff(off, n uint64, what string) ([]byte, error) {
	if !f.inFile(off, n) {
		return nil, f.errorf(off, "%s: %d bytes lie outside the file of %d bytes: the file is truncated or corrupt", what, n, f.Size)
	}
	b := make([]byte, n)
	if err := f.readFull(b, off, what); err != nil {
		return nil, err
	}
	return b, nil
}

func (f *File) readFull(b []byte, off uint64, what string) error {
	m, err := f.r.ReadAt(b, int64(off))
	if m == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return &Error{File: f.Name, Off: int64(off), Msg: what + ": " + err.Error() + ": did the file change?", Err: err}
}

// Offset returns the file offset of n bytes at virtual address addr, or
// ok=false if no PT_LOAD holds all of them in the file.
func (f *File) Offset(addr, n uint64) (off uint64, ok bool) {
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type == elf.PT_LOAD && addr >= s.Vaddr && addr-s.Vaddr <= s.Filesz && n <= s.Filesz-(addr-s.Vaddr) {
			return s.Off + (addr - s.Vaddr), true
		}
	}
	return 0, false
}

// ReadAddr reads n bytes at virtual address addr; what names them in an error.
func (f *File) ReadAddr(addr, n uint64, what string) ([]byte, error) {
	off, ok := f.Offset(addr, n)
	if !ok {
		return nil, f.errorf(f.dynOff(), "%s: %d bytes at address %#x are in no loaded segment", what, n, addr)
	}
	return f.ReadOff(off, n, what)
}

func (f *File) dynOff() uint64 {
	if s := f.segment(elf.PT_DYNAMIC); s != nil {
		return s.Off
	}
	return 0
}
