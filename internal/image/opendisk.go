package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"uk.example/internal/diskimage"
)

// maxDiskRoot is the largest root file system in bytes that is taken out of a disk, copyUnit what is a hole in the copy
// if it is zero, and maxCopies how much more than the disk's file has the copy may hold: a disk can name the same data
// any number of times, and a copyUnit need not be full.
const (
	maxDiskRoot = 256 << 30
	copyUnit    = 64 << 10
	maxCopies   = 16
)

// OpenDisk takes the image out of the disk called name, which was made of an image, in any of its formats.
// The folder dir, which must not be there, becomes the image; it lacks the kernel's symbols and link map,
// which no disk has. progress is told how many bytes of how many are copied; nil: nobody is.
func OpenDisk(ctx context.Context, name, dir string, progress func(done, total int64)) (*Bundle, error) {
	d, err := diskimage.Open(name)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	info := make([]byte, min(d.Info.Size(), maxInfo))
	if _, err := io.ReadFull(d.Info, info); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	head := &Bundle{Dir: name}
	if err := head.parse(name, info); err != nil {
		return nil, err
	}
	if d.Kernel.Size() != head.KernelSize || d.Root.Size() < head.RootSize || head.KernelSize > MaxKernel || head.RootSize > maxDiskRoot {
		return nil, &Error{Path: name, Msg: "is damaged: kernel or root file system do not have the size that its description says; make it again with `uk image`"}
	}
	st, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, InfoFile), info, 0o666); err != nil {
		return nil, err
	}
	c := copier{ctx: ctx, total: head.KernelSize + head.RootSize, room: maxCopies*st.Size() + 1<<20, progress: progress}
	if err := c.copy(filepath.Join(dir, KernelFile), d.Kernel, head.KernelSize); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.copy(filepath.Join(dir, RootFile), d.Root, head.RootSize); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	im, err := Open(dir)
	var be *Error
	if errors.As(err, &be) {
		return nil, &Error{Path: name, Msg: "is damaged: " + filepath.Base(be.Path) + " in it is not what its description says; make it again with `uk image`"}
	}
	if err != nil {
		return nil, err
	}
	im.FromDisk, im.name = d.Format, name
	return im, nil
}

// copier copies files and tells how far it is.
type copier struct {
	ctx         context.Context
	done, total int64
	room        int64 // bytes that may be written
	progress    func(done, total int64)
}

// copy writes the first n bytes of r to a new file. Blocks of zeros become holes.
func (c *copier) copy(name string, r io.ReaderAt, n int64) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = c.fill(f, r, n)
	return errors.Join(err, f.Close())
}

func (c *copier) fill(f *os.File, r io.ReaderAt, n int64) error {
	buf := make([]byte, copyUnit)
	zero := make([]byte, copyUnit)
	for at := int64(0); at < n; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		b := buf[:min(n-at, int64(len(buf)))]
		if k, err := r.ReadAt(b, at); k < len(b) {
			return err
		}
		if !bytes.Equal(b, zero[:len(b)]) {
			if c.room -= int64(len(b)); c.room < 0 {
				return errors.New("is damaged: it names more data than its file has; make it again with `uk image`")
			}
			if _, err := f.WriteAt(b, at); err != nil {
				return err
			}
		}
		at += int64(len(b))
		c.done += int64(len(b))
		if c.progress != nil {
			c.progress(c.done, c.total)
		}
	}
	return f.Truncate(n)
}
