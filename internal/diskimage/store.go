package diskimage

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/diskfs/go-diskfs/backend"
)

const storePage = 4096

// store is a disk in memory that keeps only what is not zero: go-diskfs writes
// its tables and directories there.
type store struct {
	size  int64
	pos   int64
	pages map[int64]*[storePage]byte // by offset / storePage
}

var _ backend.Storage = (*store)(nil)
var _ backend.WritableFile = (*store)(nil)

func newStore(size int64) *store {
	return &store{size: size, pages: map[int64]*[storePage]byte{}}
}

func (s *store) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	n := 0
	for n < len(b) && off < s.size {
		in := off % storePage
		k := min(len(b)-n, int(min(storePage-in, s.size-off)))
		if p := s.pages[off/storePage]; p != nil {
			copy(b[n:n+k], p[in:])
		} else {
			clear(b[n : n+k])
		}
		n += k
		off += int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (s *store) WriteAt(b []byte, off int64) (int, error) {
	if off < 0 || off > s.size || int64(len(b)) > s.size-off {
		return 0, errors.New("write past the end of the disk")
	}
	for n := 0; n < len(b); {
		in := off % storePage
		k := min(len(b)-n, int(storePage-in))
		p := s.pages[off/storePage]
		if p == nil && !isZero(b[n:n+k]) {
			p = new([storePage]byte)
			s.pages[off/storePage] = p
		}
		if p != nil {
			copy(p[in:], b[n:n+k])
		}
		n += k
		off += int64(k)
	}
	return len(b), nil
}

func (s *store) Read(b []byte) (int, error) {
	n, err := s.ReadAt(b, s.pos)
	s.pos += int64(n)
	return n, err
}

func (s *store) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += s.pos
	case io.SeekEnd:
		off += s.size
	}
	if off < 0 {
		return 0, errors.New("seek before the start of the disk")
	}
	s.pos = off
	return off, nil
}

func (s *store) Close() error                            { return nil }
func (s *store) Stat() (fs.FileInfo, error)              { return nil, errors.ErrUnsupported }
func (s *store) Sys() (*os.File, error)                  { return nil, errors.ErrUnsupported }
func (s *store) Writable() (backend.WritableFile, error) { return s, nil }
func (s *store) Path() string                            { return "" }

// pageOffsets are the offsets of what is not zero, in order.
func (s *store) pageOffsets() []int64 {
	out := make([]int64, 0, len(s.pages))
	for i := range s.pages {
		out = append(out, i*storePage)
	}
	slices.Sort(out)
	return out
}

// addTo puts the sectors that are not zero onto d at off.
func (s *store) addTo(d *disk, off int64, name string) {
	for _, at := range s.pageOffsets() {
		p := s.pages[at/storePage]
		start := -1
		for i := 0; i <= storePage; i += sector {
			data := i < storePage && !isZero(p[i:i+sector])
			if data && start < 0 {
				start = i
			}
			if !data && start >= 0 {
				d.addBytes(off+at+int64(start), p[start:i], name)
				start = -1
			}
		}
	}
}
