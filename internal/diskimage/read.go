package diskimage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"uk.example/internal/bounded"
)

// Parts are what a disk that Write made holds. They are read from the disk's file, by one
// goroutine at a time, until Close.
type Parts struct {
	Format Format
	Info   *io.SectionReader // what Options.Info was
	Kernel *io.SectionReader
	// Root is the root file system. A partition may have up to a sector more than was put there.
	Root *io.SectionReader

	file *os.File
}

// Close closes the disk's file.
func (p *Parts) Close() error { return p.file.Close() }

// ErrForeign is the error of a disk that Write did not make.
var ErrForeign = errors.New("is a disk that uk did not make: uk run takes programs, images and its own disks; qemu-system-x86_64 boots others")

// errNoInfo is the error of a disk that lacks Options.Info.
var errNoInfo = errors.New("is a disk of an older uk, which does not say how it is run: make it again with uk image")

// Detect tells the format of a disk that Write may have made, or "". A program for firmware counts
// only if it holds a kernel.
func Detect(r io.ReaderAt) Format {
	switch {
	case hasMagic(r, 0, qcow2Magic):
		return QCOW2
	case hasMagic(r, gptHeader, gptMagic):
		return Raw
	case hasMagic(r, isoPVD+1, isoMagic):
		return ISO
	case hasMagic(r, 0, "MZ"):
		if s, err := readPE(io.NewSectionReader(r, 0, maxPE)); err == nil && s[sectionKernel] != nil {
			return EFI
		}
	}
	return ""
}

func hasMagic(r io.ReaderAt, off int64, magic string) bool {
	b := make([]byte, len(magic))
	n, _ := r.ReadAt(b, off)
	return n == len(b) && string(b) == magic
}

// Open finds the parts of the disk called name. Nothing in it is believed: what it says of places
// and sizes is checked against the file's.
func Open(name string) (*Parts, error) {
	f, _, err := bounded.Open(name)
	if err != nil {
		return nil, err
	}
	p, err := openFile(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p.file = f
	return p, nil
}

func openFile(f *os.File) (*Parts, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return openParts(f, st.Size())
}

// openParts finds the parts of a disk whose file has size bytes.
func openParts(f io.ReaderAt, size int64) (p *Parts, err error) {
	p = &Parts{Format: Detect(f)}
	disk := io.NewSectionReader(f, 0, size)
	if p.Format == QCOW2 {
		q, err := openQCOW2(f, size)
		if err != nil {
			return nil, err
		}
		disk = io.NewSectionReader(q, 0, q.size)
	}
	program := disk
	switch p.Format {
	case Raw, QCOW2:
		var esp *io.SectionReader
		if p.Root, esp, err = findPartitions(disk); err == nil {
			program, err = openBootFile(esp)
		}
	case ISO:
		var esp *io.SectionReader
		if esp, err = openBootImage(disk); err == nil {
			program, err = openBootFile(esp)
		}
	case EFI:
	default:
		err = ErrForeign
	}
	if err != nil {
		return nil, err
	}
	return p, p.fromProgram(program)
}

// fromProgram finds the parts that are sections of the program which firmware loads.
func (p *Parts) fromProgram(program *io.SectionReader) error {
	sections, err := readPE(program)
	if err != nil {
		return err
	}
	if p.Kernel = sections[sectionKernel]; p.Kernel == nil {
		return ErrForeign
	}
	if root := sections[sectionRoot]; root != nil {
		p.Root = root
	}
	if p.Info = sections[sectionInfo]; p.Info == nil {
		return errNoInfo
	}
	if p.Root == nil {
		return errors.New("is damaged: it has no root file system; make it again with uk image")
	}
	return nil
}

// damaged is the error of a disk whose structures contradict each other or the file's size.
func damaged(format string, args ...any) error {
	return fmt.Errorf("is damaged: "+format+"; make it again with uk image", args...)
}

// section is the part of r at off, or nil if r does not have it all.
func section(r *io.SectionReader, off, n int64) *io.SectionReader {
	if off < 0 || n < 0 || off > r.Size() || n > r.Size()-off {
		return nil
	}
	return io.NewSectionReader(r, off, n)
}

// readAt reads n bytes at off of r, all of them.
func readAt(r io.ReaderAt, off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if k, err := r.ReadAt(b, off); k < n {
		if err == io.EOF {
			err = damaged("it ends within what should be at %d", off)
		}
		return nil, err
	}
	return b, nil
}

// extents is a file in pieces of r, in order.
type extents struct {
	r    io.ReaderAt
	list []extent
}

type extent struct{ at, off, n int64 } // of the file, of r

// add puts n bytes at off of r behind what is there.
func (e *extents) add(off, n int64) {
	at := e.size()
	if k := len(e.list) - 1; k >= 0 && e.list[k].off+e.list[k].n == off {
		e.list[k].n += n
		return
	}
	e.list = append(e.list, extent{at, off, n})
}

func (e *extents) size() int64 {
	if len(e.list) == 0 {
		return 0
	}
	last := e.list[len(e.list)-1]
	return last.at + last.n
}

func (e *extents) ReadAt(b []byte, off int64) (n int, err error) {
	first := sort.Search(len(e.list), func(i int) bool { return off < e.list[i].at+e.list[i].n })
	if off < 0 {
		return 0, io.EOF
	}
	for _, x := range e.list[first:] {
		k := min(int64(len(b)-n), x.at+x.n-off)
		m, err := e.r.ReadAt(b[n:n+int(k)], x.off+off-x.at)
		n += m
		if int64(m) < k || n == len(b) {
			return n, err
		}
		off += k
	}
	return n, io.EOF
}

// shortName is the name of a file as FAT keeps it: 8 letters and 3.
func shortName(name string) []byte {
	base, ext, _ := bytes.Cut([]byte(name), []byte("."))
	return append(append(bytes.Clone(base), bytes.Repeat([]byte(" "), 8-len(base))...), append(ext, bytes.Repeat([]byte(" "), 3-len(ext))...)...)
}
