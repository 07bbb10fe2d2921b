// Package coredump writes core files of x86-64 Linux (core(5), elf(5)), as
// debuggers read them.
//
// The content is the caller's: the package makes no assumption about it but
// that areas are sorted. Zero pages become holes of the file.
package coredump

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Thread is one of the program's threads.
type Thread struct {
	ID int
	// Regs are in the order of struct user_regs_struct (glibc's sys/user.h).
	Regs [27]uint64
	// Vector is the state of x87, SSE and AVX in the standard format of XSAVE; nil: not known.
	Vector []byte
}

// Area is a range of the address space.
type Area struct {
	Start, End uint64
	Flags      elf.ProgFlag
	// Read copies what is at addr, within the area, to b, a page, and reports whether there is anything.
	Read func(addr uint64, b []byte) bool
	// Next is the first page from addr on where there may be something; false: there is none, or none that was found in
	// reasonable time. nil: every page may have something.
	Next func(addr uint64) (uint64, bool)
}

// File is a file that is mapped.
type File struct {
	Start, End uint64
	Offset     uint64 // bytes
	Path       string
}

// Core is what a core file holds.
type Core struct {
	PID     int
	Signal  int
	Info    [128]byte // siginfo_t
	Name    string    // of the program, without folder
	Args    string    // its command line
	UID     int
	GID     int
	Auxv    []byte
	Files   []File
	Threads []Thread // the one that died first
	Areas   []Area
	// MaxPages bounds the pages that are looked at; 0: all are. Areas that show the same memory again and again fill no disk.
	MaxPages int64
}

// Note types (elf.h).
const (
	ntPRSTATUS = 1
	ntFPREGSET = 2
	ntPRPSINFO = 3
	ntAUXV     = 6
	ntFile     = 0x46494c45
	ntSigInfo  = 0x53494749
	ntXState   = 0x202
)

const (
	pageSize   = 4096
	ehSize     = 64
	phSize     = 56
	vectorSize = 832 // with AVX
	xcr0At     = 464 // where Linux tells debuggers which components there are
	bitsAt     = 512
)

var le = binary.LittleEndian

func note(out []byte, name string, typ uint32, desc []byte) []byte {
	out = le.AppendUint32(out, uint32(len(name)+1))
	out = le.AppendUint32(out, uint32(len(desc)))
	out = le.AppendUint32(out, typ)
	for _, part := range [][]byte{append([]byte(name), 0), desc} {
		out = append(out, part...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

// prstatus is struct elf_prstatus.
func (c *Core) prstatus(t *Thread, signal int) []byte {
	b := make([]byte, 336)
	le.PutUint32(b, uint32(signal))
	le.PutUint16(b[12:], uint16(signal))
	le.PutUint32(b[32:], uint32(t.ID))
	le.PutUint32(b[40:], uint32(c.PID))
	le.PutUint32(b[44:], uint32(c.PID))
	for i, r := range t.Regs {
		le.PutUint64(b[112+8*i:], r)
	}
	if len(t.Vector) >= 512 {
		le.PutUint32(b[328:], 1)
	}
	return b
}

// prpsinfo is struct elf_prpsinfo.
func (c *Core) prpsinfo() []byte {
	b := make([]byte, 136)
	b[1] = 'R'
	le.PutUint32(b[16:], uint32(c.UID))
	le.PutUint32(b[20:], uint32(c.GID))
	for i, at := range []int{24, 32, 36} {
		_ = i
		le.PutUint32(b[at:], uint32(c.PID))
	}
	copy(b[40:55], c.Name)
	copy(b[56:135], c.Args)
	return b
}

func (c *Core) files() []byte {
	b := le.AppendUint64(nil, uint64(len(c.Files)))
	b = le.AppendUint64(b, pageSize)
	var names []byte
	for _, f := range c.Files {
		for _, v := range []uint64{f.Start, f.End, f.Offset / pageSize} {
			b = le.AppendUint64(b, v)
		}
		names = append(append(names, f.Path...), 0)
	}
	return append(b, names...)
}

func (c *Core) notes() []byte {
	var out []byte
	for i := range c.Threads {
		t := &c.Threads[i]
		out = note(out, "CORE", ntPRSTATUS, c.prstatus(t, c.Signal)) // Linux says the same of all threads
		if i == 0 {
			out = note(out, "CORE", ntPRPSINFO, c.prpsinfo())
			out = note(out, "CORE", ntSigInfo, c.Info[:])
			out = note(out, "CORE", ntAUXV, c.Auxv)
			out = note(out, "CORE", ntFile, c.files())
		}
		if len(t.Vector) >= 512 {
			out = note(out, "CORE", ntFPREGSET, t.Vector[:512])
		}
		if len(t.Vector) >= vectorSize {
			v := bytes.Clone(t.Vector[:vectorSize])
			le.PutUint64(v[xcr0At:], 7)
			le.PutUint64(v[bitsAt:], le.Uint64(v[bitsAt:])&7)
			out = note(out, "LINUX", ntXState, v)
		}
	}
	return out
}

var (
	errTooMany  = errors.New("more areas than a core file's header can count")
	errTooLarge = errors.New("the program has more memory than the machine, by its page tables")
)

// header makes all that stands before the areas' content, and where that begins.
func (c *Core) header() ([]byte, error) {
	notes := c.notes()
	count := len(c.Areas) + 1
	if count >= 0xffff {
		return nil, errTooMany
	}
	out := make([]byte, ehSize)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], uint16(elf.ET_CORE))
	le.PutUint16(out[18:], uint16(elf.EM_X86_64))
	le.PutUint32(out[20:], 1)
	le.PutUint64(out[32:], ehSize)
	le.PutUint16(out[52:], ehSize)
	le.PutUint16(out[54:], phSize)
	le.PutUint16(out[56:], uint16(count))
	segment := func(typ elf.ProgType, flags elf.ProgFlag, off, addr, size, memory, align uint64) {
		out = le.AppendUint32(out, uint32(typ))
		out = le.AppendUint32(out, uint32(flags))
		for _, v := range []uint64{off, addr, 0, size, memory, align} {
			out = le.AppendUint64(out, v)
		}
	}
	notesAt := uint64(ehSize + phSize*count)
	segment(elf.PT_NOTE, 0, notesAt, 0, uint64(len(notes)), 0, 4)
	at := (notesAt + uint64(len(notes)) + pageSize - 1) &^ (pageSize - 1)
	for _, a := range c.Areas {
		size := a.End - a.Start
		segment(elf.PT_LOAD, a.Flags, at, a.Start, size, size, pageSize)
		at += size
	}
	out = append(out, notes...)
	return append(out, make([]byte, (pageSize-len(out)%pageSize)%pageSize)...), nil
}

// Write writes the file.
func (c *Core) write(f *os.File) error {
	head, err := c.header()
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(head, 0); err != nil {
		return err
	}
	at := int64(len(head))
	pages := int64(0)
	for i := range c.Areas {
		a := &c.Areas[i]
		n, err := a.write(f, at, c.MaxPages-pages, c.MaxPages > 0)
		if err != nil {
			return err
		}
		pages += n
		at += int64(a.End - a.Start)
	}
	return f.Truncate(at)
}

// write writes an area at an offset of the file. It returns how many pages it looked at.
func (a *Area) write(f *os.File, at, most int64, bounded bool) (pages int64, err error) {
	page, zero := make([]byte, pageSize), make([]byte, pageSize)
	for addr := a.Start; addr < a.End; addr += pageSize {
		if a.Next != nil {
			next, ok := a.Next(addr)
			if !ok || next >= a.End {
				break
			}
			addr = next
		}
		if pages++; bounded && pages > most {
			return pages, errTooLarge
		}
		if !a.Read(addr, page) || bytes.Equal(page, zero) {
			continue
		}
		if _, err := f.WriteAt(page, at+int64(addr-a.Start)); err != nil {
			return pages, err
		}
	}
	return pages, nil
}

// Save makes the file name in dir; it appears whole or not at all.
func (c *Core) Save(dir, name string) (path string, err error) { return save(dir, name, c.write) }

// SaveText makes the file name in dir as Save does, of text.
func SaveText(dir, name string, text []byte) (path string, err error) {
	return save(dir, name, func(f *os.File) error {
		_, err := f.Write(text)
		return err
	})
}

// save makes a new file, whatever others put there in the folder, under another name first.
func save(dir, name string, write func(*os.File) error) (path string, err error) {
	path = filepath.Join(dir, name)
	tmp := filepath.Join(dir, "."+name)
	f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp)
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return path, err
	}
	return path, os.Rename(tmp, path)
}
