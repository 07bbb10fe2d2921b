package rofs

import (
	"fmt"
	"io"
	"io/fs"
	"syscall"
)

// Errors of a lookup, the ones that the same call on Linux would give.
const (
	errNotDir = syscall.ENOTDIR
	errIsDir  = syscall.EISDIR
	errLoop   = syscall.ELOOP
)

func formatError(off int64, value any, format string, args ...any) error {
	return &FormatError{Off: off, Msg: fmt.Sprintf(format, args...), Value: value}
}

// file is an open file of an image.
type file struct {
	*io.SectionReader
	info *info
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

// dirFile is an open directory of an image.
type dirFile struct {
	info *info
	next uint64
}

func (d *dirFile) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dirFile) Close() error               { return nil }

func (d *dirFile) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: errIsDir}
}

// ReadDir lists the directory in the image's order.
func (d *dirFile) ReadDir(n int) ([]fs.DirEntry, error) {
	left := d.info.n.Count - d.next
	if n > 0 {
		if left == 0 {
			return nil, io.EOF
		}
		left = min(left, uint64(n))
	}
	list := make([]fs.DirEntry, left)
	for i := range list {
		list[i] = d.info.child(d.next)
		d.next++
	}
	return list, nil
}
