package rofs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"uk.example/internal/outfile"
)

// Options of a write. The zero value is ready to use.
type Options struct {
	// Digest asks for Stats.SHA256.
	Digest bool
	// Version of the format: [Version], OSv's, or [Version2], which 0 means too.
	Version int
	// Adjust is called for each path of a version 2 image and may change what it
	// gets; nil changes nothing. It must not depend on anything but its arguments
	// if the same entries are to give the same bytes.
	Adjust func(path string, a *Attr)
	// UserXattrs says of which paths the host files' own extended attributes, user.*, are kept; nil: of none.
	UserXattrs func(path string) bool
	// Holes keeps the holes of host files: otherwise they are packed as zeros, for a
	// reader that knows no holes.
	Holes bool
	// Workers is how many files are read at once; 0 means as many as CPUs.
	// It does not change the bytes.
	Workers int
	// Progress is told how many bytes of how many are written; nil: nobody is.
	Progress func(done, total int64)
}

// Stats says what an image holds.
type Stats struct {
	Files      int    `json:"files"`
	Dirs       int    `json:"dirs"` // the root included
	Links      int    `json:"links"`
	FileBytes  int64  `json:"file_bytes"`       // contents of the files, without padding
	Shared     int64  `json:"shared_bytes"`     // of these, what another file has too and is there once
	Holes      int64  `json:"hole_bytes"`       // of these, holes, which take no room
	ImageBytes int64  `json:"image_bytes"`      // size of the image
	SHA256     string `json:"sha256,omitempty"` // of the image, in hex; if asked for
}

// Write writes an image of entries to w, in one pass from its first byte to its
// last. It holds a few megabytes of buffers and some bytes an entry, however
// large the files are. On an error w has got an unusable part of an image.
func Write(ctx context.Context, w io.Writer, entries []Entry, opts Options) (Stats, error) {
	p, err := newPlan(ctx, entries, opts)
	if err != nil {
		return Stats{}, err
	}
	sum := newDigest(opts)
	if sum != nil {
		w = io.MultiWriter(w, sum)
	}
	if _, err := w.Write(p.head); err != nil {
		return Stats{}, err
	}
	written := len(p.head)
	err = p.each(ctx, opts.Workers, nil, func(b []byte) error {
		skip := min(written, len(b))
		written -= skip
		_, err := w.Write(b[skip:])
		return err
	})
	if err != nil {
		return Stats{}, err
	}
	if _, err := w.Write(p.tail); err != nil {
		return Stats{}, err
	}
	return p.done(sum), nil
}

// WriteFile makes the image file path. It appears whole or not at all: it is
// written beside its place under a temporary name and then renamed.
func WriteFile(ctx context.Context, path string, entries []Entry, opts Options) (_ Stats, err error) {
	p, err := newPlan(ctx, entries, opts)
	if err != nil {
		return Stats{}, err
	}
	if err := outfile.Check(path); err != nil {
		return Stats{}, err
	}
	place := outfile.Place(path)
	f, err := outfile.Create(filepath.Dir(place), ".uk-pack-")
	if err != nil {
		return Stats{}, outfile.Named(err, path)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := outfile.Restrict(f, p.readers); err != nil {
		return Stats{}, outfile.Named(err, path)
	}
	if err := reserve(f, p.size()); err != nil {
		return Stats{}, &os.PathError{Op: "write", Path: path, Err: err}
	}
	sum := newDigest(opts)
	done := int64(0)
	emit := func(b []byte) error {
		if sum != nil {
			sum.Write(b)
		}
		if done += int64(len(b)); opts.Progress != nil {
			opts.Progress(done, p.size())
		}
		return nil
	}
	if err := p.each(ctx, opts.Workers, f, emit); err != nil {
		return Stats{}, outfile.Named(err, path)
	}
	if _, err := f.WriteAt(p.tail, p.dataEnd); err != nil {
		return Stats{}, outfile.Named(err, path)
	}
	if sum != nil {
		sum.Write(p.tail)
	}
	if err := f.Close(); err != nil {
		return Stats{}, outfile.Named(err, path)
	}
	if err := outfile.Named(os.Rename(f.Name(), place), path); err != nil {
		return Stats{}, err
	}
	return p.done(sum), nil
}

// reserve gets the file its room on the disk: a full disk is found before
// anything is written, and writing is several times faster than when the file
// grows. Where it cannot be done the file grows as it is written. A small file is
// written at once, which finds a full disk as well and is quicker.
func reserve(f *os.File, size int64) error {
	if size < leastReserved {
		return nil
	}
	for {
		switch err := syscall.Fallocate(int(f.Fd()), 0, 0, size); err {
		case syscall.EINTR:
		case syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT:
			return err
		default:
			return nil
		}
	}
}

// leastReserved is the size below which room is not reserved, in bytes.
const leastReserved = 1 << 20

func newDigest(opts Options) hash.Hash {
	if !opts.Digest {
		return nil
	}
	return sha256.New()
}

func (p *plan) done(sum hash.Hash) Stats {
	if sum != nil {
		p.stats.SHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	return p.stats
}
