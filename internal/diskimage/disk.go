package diskimage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
)

const sector = 512

// piece is a run of bytes at a place of a disk.
type piece struct {
	off, n int64
	r      io.ReaderAt // its first n bytes
	name   string      // for errors
}

// disk is the contents of an image: pieces that do not overlap, and zeros.
type disk struct {
	size   int64
	pieces []piece
}

func (d *disk) add(off, n int64, r io.ReaderAt, name string) {
	if n > 0 {
		d.pieces = append(d.pieces, piece{off, n, r, name})
	}
}

func (d *disk) addBytes(off int64, b []byte, name string) {
	d.add(off, int64(len(b)), bytes.NewReader(b), name)
}

// put adds the pieces of other at off.
func (d *disk) put(off int64, other *disk) {
	for _, p := range other.pieces {
		p.off += off
		d.pieces = append(d.pieces, p)
	}
}

// finish orders the pieces and checks that none overlaps another or the end.
func (d *disk) finish() error {
	slices.SortFunc(d.pieces, func(a, b piece) int { return int(min(max(a.off-b.off, -1), 1)) })
	at, last := int64(0), "the start"
	for _, p := range d.pieces {
		if p.off < at || p.off > d.size || p.n > d.size-p.off {
			return fmt.Errorf("internal error: %s at %d+%d overlaps %s or the disk's end at %d", p.name, p.off, p.n, last, d.size)
		}
		at, last = p.off+p.n, p.name
	}
	return nil
}

// copyChunk is how much is read at once, in bytes.
const copyChunk = 1 << 20

// copyTo calls put with the pieces' contents in order of their offsets, in
// parts of at most copyChunk bytes that do not cross a multiple of it.
func (d *disk) copyTo(ctx context.Context, progress func(done int64), put func(b []byte, off int64) error) error {
	buf := make([]byte, copyChunk)
	var done int64
	for _, p := range d.pieces {
		for at := int64(0); at < p.n; {
			if err := ctx.Err(); err != nil {
				return err
			}
			off := p.off + at
			b := buf[:min(p.n-at, copyChunk-off%copyChunk)]
			if n, err := p.r.ReadAt(b, at); n < len(b) {
				if err == nil || err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return fmt.Errorf("%s: cannot read at %d: %w", p.name, at+int64(n), err)
			}
			if err := put(b, off); err != nil {
				return err
			}
			at += int64(len(b))
			done += int64(len(b))
			if progress != nil {
				progress(done)
			}
		}
	}
	return nil
}

// length is how many bytes the pieces have.
func (d *disk) length() (n int64) {
	for _, p := range d.pieces {
		n += p.n
	}
	return n
}

var zeros [64 << 10]byte

// isZero reports whether b, of any length, holds only zeros.
func isZero(b []byte) bool {
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

func alignUp(n, to int64) int64 { return (n + to - 1) / to * to }
